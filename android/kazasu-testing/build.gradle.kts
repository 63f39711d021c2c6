import org.jetbrains.kotlin.gradle.dsl.JvmTarget
import org.jetbrains.kotlin.gradle.tasks.KotlinCompile

// For app developers who build with Gradle; `cargo xtask bindings` comes first. The tests here run through Maven.
plugins {
    kotlin("jvm")
    `java-library`
}

val generated = rootDir.resolve("../target/bindings/kotlin/app/kazasu/testing/ffi")

// What uniffi writes is not held to our rules, so it is compiled apart.
val ffi: SourceSet by sourceSets.creating { kotlin.srcDir(generated) }

dependencies {
    "ffiImplementation"("net.java.dev.jna:jna:5.17.0")
    api(ffi.output)
    api(project(":kazasu"))
    implementation("net.java.dev.jna:jna:5.17.0")
    testImplementation(kotlin("test-junit5"))
    testImplementation("org.jetbrains.kotlinx:kotlinx-coroutines-test:1.10.2")
    testImplementation("org.junit.jupiter:junit-jupiter:5.13.4")
}

kotlin {
    jvmToolchain(17)
    compilerOptions {
        jvmTarget.set(JvmTarget.JVM_11)
    }
}

tasks.named<KotlinCompile>("compileKotlin") {
    compilerOptions {
        allWarningsAsErrors.set(true)
        freeCompilerArgs.add("-Xexplicit-api=strict")
    }
}

java {
    sourceCompatibility = JavaVersion.VERSION_11
    targetCompatibility = JavaVersion.VERSION_11
}

tasks.named<Jar>("jar") { from(ffi.output) }
tasks.test { useJUnitPlatform() }
