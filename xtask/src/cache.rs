//! What is fetched once for a user of the machine and kept; deleting it is safe.

use std::{env, path::PathBuf};

use anyhow::{Context as _, Result};

pub(crate) fn folder() -> Result<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")));
    Ok(cache.context("neither XDG_CACHE_HOME nor HOME is set")?.join("kazasu"))
}
