-- A session of Neovim with the server, without a screen: what its user sees and does, written as JSON.
-- In: THESIS_FILE, THESIS_COMMAND (JSON), THESIS_OUT. It works with Neovim 0.7 and later.
local file, out = vim.env.THESIS_FILE, vim.env.THESIS_OUT
local decode = vim.fn.json_decode
local seen = { diagnostics = {} }

local function until_true(what, wanted)
  if not vim.wait(60000, wanted, 20) then error("it never came: " .. what) end
end

local function text() return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n") .. "\n" end

local function go(word, right)
  local found = vim.fn.searchpos(word, "nw")
  vim.api.nvim_win_set_cursor(0, { found[1], found[2] - 1 + (right or 0) })
end

local function errors()
  local found = vim.diagnostic.get(0, { severity = vim.diagnostic.severity.ERROR })
  return vim.tbl_map(function(each) return { code = each.code, line = each.lnum, message = each.message } end, found)
end

local function main()
  vim.cmd("edit " .. vim.fn.fnameescape(file))
  seen.filetype = vim.bo.filetype
  local id = vim.lsp.start_client({
    name = "thesis",
    cmd = decode(vim.env.THESIS_COMMAND),
    root_dir = vim.fn.fnamemodify(file, ":h"),
    init_options = { company = "", asOf = "", values = false },
  })
  vim.lsp.buf_attach_client(0, id)
  until_true("the server", function() return vim.lsp.buf_get_clients(0)[id] ~= nil end)
  until_true("an error", function() return #errors() > 0 end)
  seen.errors = errors()

  go("25$")
  vim.ui.select = function(items, _, choose) choose(items[1], 1) end
  local version = vim.b.changedtick
  vim.lsp.buf.code_action()
  until_true("the mend", function() return vim.b.changedtick ~= version end)
  until_true("no error", function() return #errors() == 0 end)
  seen.mended = text()

  vim.fn.append(vim.fn.line("$"), "metric more = gro")
  vim.api.nvim_win_set_cursor(0, { vim.fn.line("$"), #"metric more = gro" })
  vim.cmd("startinsert!")
  local asked = vim.lsp.util.make_position_params()
  asked.position.character = #"metric more = gro"
  local answers = vim.lsp.buf_request_sync(0, "textDocument/completion", asked, 60000)
  local items = answers[id].result.items
  seen.offered = vim.tbl_map(function(each) return each.label end, items)
  for _, item in ipairs(items) do
    if item.label == "growth" then vim.lsp.util.apply_text_edits({ item.textEdit }, 0, "utf-16") end
  end
  vim.cmd("stopinsert")
  seen.completed = text()

  go("revenue \"", 1)
  version = vim.b.changedtick
  vim.lsp.buf.rename("sales")
  until_true("another name", function() return vim.b.changedtick ~= version end)
  seen.renamed = text()
  local facts = vim.fn.bufnr("ACME.yaml")
  seen.facts = table.concat(vim.api.nvim_buf_get_lines(facts, 0, -1, false), "\n")

  if vim.lsp.buf.format then vim.lsp.buf.format({ timeout_ms = 60000 }) else vim.lsp.buf.formatting_sync(nil, 60000) end
  seen.laid_out = text()

  go("growth >", 1)
  local hover = vim.lsp.buf_request_sync(0, "textDocument/hover", vim.lsp.util.make_position_params(), 60000)
  seen.hover = hover[id].result.contents.value
  vim.lsp.stop_client(id)
  until_true("the end", function() return vim.lsp.get_client_by_id(id) == nil end)
end

local fine, problem = pcall(main)
seen.problem = not fine and tostring(problem) or nil
seen.messages = vim.fn.execute("messages")
vim.fn.writefile({ vim.fn.json_encode(seen) }, out)
vim.cmd("qall!")
