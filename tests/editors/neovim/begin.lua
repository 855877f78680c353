-- Settings of somebody who writes rules in Neovim: the server for this file, its list behind <C-x><C-o>. In: THESIS_COMMAND (JSON).
vim.o.completeopt = "menuone,noselect"
vim.api.nvim_create_autocmd("FileType", {
  pattern = "thesis",
  callback = function()
    local id = vim.lsp.start_client({
      name = "thesis",
      cmd = vim.fn.json_decode(vim.env.THESIS_COMMAND),
      root_dir = vim.fn.expand("%:p:h"),
      init_options = { company = "", asOf = "", values = true },
    })
    vim.lsp.buf_attach_client(0, id)
    vim.bo.omnifunc = "v:lua.vim.lsp.omnifunc"
  end,
})

-- What stands beside the text, as the server says it now: `line: label`, one a line.
function _G.hints()
  local all = { start = { line = 0, character = 0 }, ["end"] = { line = 999, character = 0 } }
  local asked = { textDocument = vim.lsp.util.make_text_document_params(), range = all }
  local answers = vim.lsp.buf_request_sync(0, "textDocument/inlayHint", asked, 10000) or {}
  local found = {}
  for _, answer in pairs(answers) do
    for _, hint in ipairs(answer.result or {}) do table.insert(found, hint.position.line .. ": " .. hint.label) end
  end
  return table.concat(found, "\n")
end
