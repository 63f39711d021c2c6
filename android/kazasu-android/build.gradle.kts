import org.jetbrains.kotlin.gradle.dsl.JvmTarget

// For work on the channels with Android's tools. What apps depend on is made by `cargo xtask package android`, with the
// native libraries.
plugins {
    id("com.android.library")
    kotlin("android")
}

android {
    namespace = "app.kazasu.android"
    compileSdk = 36
    defaultConfig {
        minSdk = 26
        consumerProguardFiles("../packaging/consumer-rules.pro")
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_11
        targetCompatibility = JavaVersion.VERSION_11
    }
}

kotlin {
    explicitApi()
    compilerOptions {
        jvmTarget.set(JvmTarget.JVM_11)
        allWarningsAsErrors.set(true)
    }
}

dependencies {
    // With JNA for Android in place of JNA for desktops.
    api(project(":kazasu")) { exclude(group = "net.java.dev.jna") }
    implementation("net.java.dev.jna:jna:5.17.0@aar")
}
