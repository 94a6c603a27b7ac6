export const isRoot = process.getuid?.() === 0;

const NOBODY = 65534;

/** Runs something as the user nobody, in this process: for tests that root runs. What it needs has to be loaded before. */
export function asNobody<Result>(action: () => Result): Result {
  const [user, group, groups] = [process.geteuid!(), process.getegid!(), process.getgroups!()];
  const back = (): void => {
    process.seteuid!(user);
    process.setegid!(group);
    process.setgroups!(groups);
  };
  process.setgroups!([NOBODY]);
  process.setegid!(NOBODY);
  process.seteuid!(NOBODY);
  let result: Result;
  try {
    result = action();
  } catch (fault) {
    back();
    throw fault;
  }
  if (result instanceof Promise) return result.finally(back) as Result;
  back();
  return result;
}
