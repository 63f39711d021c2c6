//! The customer's program shrunk, optimised and renamed by ProGuard, with and without the rules that come in our jar.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use super::{
    android::RULES_IN_JAR,
    archive,
    consumer::{self, Consumer},
};
use crate::command::{program, run};

/// What an app's own build has in any case. Not optimised: ProGuard's optimiser breaks kotlinx.coroutines (VerifyError).
const CONFIGURATION: &str = "
-keep class MainKt { public static void main(java.lang.String[]); }
-libraryjars <java.home>/jmods/java.base.jmod(!**.jar;!module-info.class)
-libraryjars <java.home>/jmods/java.logging.jmod(!**.jar;!module-info.class)
-libraryjars <java.home>/jmods/java.management.jmod(!**.jar;!module-info.class)
-dontoptimize
-dontnote
-dontwarn java.awt.**
-dontwarn kotlinx.coroutines.debug.**
";

/// Each jar has a manifest, and classes for later Javas would shadow those that are shrunk.
const FILTER: &str = "(!META-INF/MANIFEST.MF,!META-INF/versions/**,!**/module-info.class)";

/// Which of the rules in our jar are given to ProGuard.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rules {
    All,
    /// Those that every user of JNA needs, without those about our classes.
    JnaAlone,
    None,
}

pub(super) struct Shrinker {
    /// The class path of ProGuard.
    libraries: PathBuf,
    folder: PathBuf,
}

impl Shrinker {
    pub(super) fn provide(folder: &Path) -> Result<Self> {
        let libraries = consumer::build("shrinker", folder, Path::new("/none"))?.join("libraries");
        Ok(Self { libraries, folder: folder.to_owned() })
    }

    /// One jar of the consumer and its libraries.
    pub(super) fn shrink(&self, consumer: &Consumer, which: Rules) -> Result<PathBuf> {
        let name = format!("shrunk-{which:?}");
        let jar = self.folder.join(format!("{name}.jar"));
        let inputs = consumer.jars()?;
        let mut lines: Vec<String> =
            inputs.iter().map(|input| format!("-injars {}{FILTER}", input.display())).collect();
        lines.push(format!("-outjars {}", jar.display()));
        let coroutines = consumer.jar("kotlinx-coroutines-core-jvm")?;
        lines.push(rules(&coroutines, "META-INF/proguard/coroutines.pro")?);
        let ours = rules(&consumer.jar("kazasu")?, RULES_IN_JAR)?;
        let is_given = |line: &&str| match which {
            Rules::All => true,
            Rules::JnaAlone => line.contains("class com.sun.jna."),
            Rules::None => false,
        };
        lines.extend(ours.lines().filter(is_given).map(str::to_owned));
        let configuration = CONFIGURATION.to_owned() + &lines.join("\n");
        let path = self.folder.join(format!("{name}.pro"));
        fs::write(&path, configuration).with_context(|| path.display().to_string())?;
        run(program("java")
            .env("CLASSPATH", env::join_paths([self.libraries.join("*")])?)
            .arg("proguard.ProGuard")
            .arg(format!("@{}", path.display())))?;
        Ok(jar)
    }

    /// The program in a shrunk jar.
    pub(super) fn program(jar: &Path) -> Command {
        let mut command = program("java");
        command.env("CLASSPATH", jar).arg("MainKt");
        command
    }
}

fn rules(jar: &Path, name: &str) -> Result<String> {
    Ok(String::from_utf8(archive::read(jar, name)?)?)
}
