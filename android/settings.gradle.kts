pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
    plugins {
        kotlin("jvm") version "2.2.20"
        kotlin("android") version "2.2.20"
        id("com.android.library") version "8.13.0"
        id("com.android.application") version "8.13.0"
    }
}

dependencyResolutionManagement {
    repositories {
        google()
        mavenCentral()
        // What `cargo xtask package android` has written: the sample depends on it as an app does.
        maven(url = rootDir.resolve("../target/package/android"))
    }
}

rootProject.name = "kazasu"

include(":kazasu", ":kazasu-testing", ":kazasu-android", ":sample")
