package app.kazasu.sample

import org.junit.jupiter.api.Test
import java.io.File
import kotlin.test.assertEquals
import kotlin.test.assertTrue

/** What the documents show is what was compiled, tested or built here: each block of code stands in one of these files. */
class DocumentsTest {
    private fun lines(text: String) = text.lines().map { it.trim() }.filter { it.isNotEmpty() }

    private val sources = listOf("src", "../kazasu-android/src", "build.gradle.kts", "../settings.gradle.kts").flatMap { path ->
        File(path).walk().filter { it.extension in setOf("kt", "xml", "kts") }.map { it.name to lines(it.readText()) }
    }

    private fun blocks(path: String): List<List<String>> =
        Regex("```(?:kotlin|xml)\n(.*?)```", RegexOption.DOT_MATCHES_ALL).findAll(File(path).readText())
            .map { lines(it.groupValues[1]) }.toList()

    private fun isShown(block: List<String>) = sources.any { (_, source) -> source.windowed(block.size).contains(block) }

    @Test
    fun `each block of code stands in a source file`() {
        for (path in listOf("../README.md", GUIDE, GUIDE_JA)) {
            val blocks = blocks(path)
            assertTrue(blocks.isNotEmpty(), path)
            for (block in blocks) assertTrue(isShown(block), "$path: ${block.joinToString("\n")}")
        }
        assertTrue(!isShown(listOf("no such line")))
    }

    @Test
    fun `the guide is the same in both languages, code for code`() = assertEquals(blocks(GUIDE), blocks(GUIDE_JA))

    @Test
    fun `the documentation of the class says what the README says`() {
        val text = File("../kazasu/src/main/kotlin/app/kazasu/Kazasu.kt").readText()
        val comment = lines(text.substringAfter(" * ```\n").substringBefore(" * ```")).map { it.removePrefix("*").trim() }
        assertEquals(blocks("../README.md").first(), comment)
    }

    private companion object {
        const val GUIDE = "../../docs/android-guide.md"
        const val GUIDE_JA = "../../docs/android-guide.ja.md"
    }
}
