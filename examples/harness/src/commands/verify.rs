#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {}
pub(super) fn run(_: &VerifyArgs) -> Result<crate::output::Finished, crate::failed::Failed> { Err(super::unexpected()) }
