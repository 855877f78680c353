//! Starts `thesis lsp` for rule files: the one of the settings, else the one on the path.
use zed_extension_api::{self as zed, settings::LspSettings, Command, LanguageServerId, Result, Worktree};

struct Thesis;

impl zed::Extension for Thesis {
    fn new() -> Self {
        Thesis
    }

    fn language_server_command(&mut self, id: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let settings = LspSettings::for_worktree(id.as_ref(), worktree)?;
        let binary = settings.binary.as_ref();
        let command = binary
            .and_then(|binary| binary.path.clone())
            .or_else(|| worktree.which("thesis"))
            .ok_or("There is no program `thesis` on the path; lsp.thesis.binary.path in the settings says where it is.")?;
        let args = binary.and_then(|binary| binary.arguments.clone()).unwrap_or_else(|| vec!["lsp".into()]);
        Ok(Command { command, args, env: worktree.shell_env() })
    }

    fn language_server_initialization_options(
        &mut self,
        id: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<zed::serde_json::Value>> {
        Ok(LspSettings::for_worktree(id.as_ref(), worktree)?.initialization_options)
    }
}

zed::register_extension!(Thesis);
