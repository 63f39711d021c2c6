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

/// What an app's own build has in any case; the second half is for shrinking without our rules, which name it too.
const CONFIGURATION: &str = "
-keep class MainKt { public static void main(java.lang.String[]); }
-dontnote
-dontwarn java.awt.**
";

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
    pub(super) fn shrink(&self, consumer: &Consumer, with_our_rules: bool) -> Result<PathBuf> {
        let name = if with_our_rules { "shrunk" } else { "shrunk-without-rules" };
        let jar = self.folder.join(format!("{name}.jar"));
        let mut configuration = CONFIGURATION.to_owned();
        for input in consumer.jars()? {
            // Each has a manifest; versions of classes for later Javas shadow those that are shrunk.
            let filter = "(!META-INF/MANIFEST.MF,!META-INF/versions/**,!**/module-info.class)";
            configuration += &format!("-injars {}{filter}\n", input.display());
        }
        configuration += &format!(
            "-outjars {}\n-libraryjars <java.home>/jmods/java.base.jmod(!**.jar;!module-info.class)\n",
            jar.display()
        );
        let coroutines = consumer.jar("kotlinx-coroutines-core-jvm")?;
        configuration += &rules(&coroutines, "META-INF/proguard/coroutines.pro")?;
        if with_our_rules {
            configuration += &rules(&consumer.jar("kazasu")?, RULES_IN_JAR)?;
        }
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
    Ok(String::from_utf8(archive::read(jar, name)?)? + "\n")
}
