pub(super) fn run(_: &crate::settings::Settings) -> Result<crate::output::Finished, crate::failed::Failed> { Err(super::unexpected()) }
