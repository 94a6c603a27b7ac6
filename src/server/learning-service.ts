export class LearningService {
  async warmUp(): Promise<void> {}
  async answer(): Promise<object> { return {}; }
}
