-- What the test of Neovim does in it; what it finds out is written as JSON to the path in NNFMT_REPORT.
local report = {}

local function client()
  for _, each in pairs(vim.lsp.get_active_clients()) do
    if each.name == 'nnfmt' and each.initialized then return each end
  end
end

local function wait(holds)
  return vim.wait(20000, holds, 20)
end

report.started = wait(function() return client() ~= nil end)
report.shown = wait(function() return #vim.diagnostic.get(0) > 0 end)
report.messages = vim.tbl_map(function(each) return each.message end, vim.diagnostic.get(0))

-- A mark and the cursor, on lines that formatting does not touch.
vim.api.nvim_buf_set_mark(0, 'a', 8, 4, {})
vim.api.nvim_win_set_cursor(0, { 9, 3 })
vim.cmd('write')
report.saved = vim.fn.readfile(vim.fn.expand('%'))
report.mark = vim.api.nvim_buf_get_mark(0, 'a')
report.cursor = vim.api.nvim_win_get_cursor(0)
report.cleared = wait(function() return #vim.diagnostic.get(0) == 0 end)

-- What does not parse is saved as it is, without a word.
vim.v.errmsg = ''
vim.api.nvim_buf_set_lines(0, -1, -1, false, { 'for name in os.li' })
vim.cmd('write')
report.broken = vim.fn.getline('$')
report.errmsg = vim.v.errmsg

-- Completion as a user asks for it: at the end of the last line, Ctrl-X Ctrl-O.
vim.api.nvim_win_set_cursor(0, { vim.fn.line('$'), 0 })
-- A single item is shown, too, and not put in at once.
vim.o.completeopt = 'menu,menuone'
vim.cmd('startinsert!')

local function finish()
  local file = io.open(vim.env.NNFMT_REPORT, 'w')
  file:write(vim.fn.json_encode(report))
  file:close()
  vim.cmd('qall!')
end

local patience = 200
local function look()
  if vim.fn.pumvisible() == 1 then
    report.offered = vim.tbl_map(function(item) return item.word end, vim.fn.complete_info({ 'items' }).items)
  end
  patience = patience - 1
  if report.offered or patience == 0 then finish() else vim.defer_fn(look, 100) end
end

vim.defer_fn(function()
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes('<C-x><C-o>', true, false, true), 'n', false)
  look()
end, 300)
