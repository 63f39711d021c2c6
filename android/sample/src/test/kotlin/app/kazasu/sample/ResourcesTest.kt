package app.kazasu.sample

import org.junit.jupiter.api.Test
import java.io.File
import javax.xml.parsers.DocumentBuilderFactory
import kotlin.test.assertEquals
import kotlin.test.assertTrue

class ResourcesTest {
    private fun strings(folder: String): Map<String, String> {
        val file = File("src/main/res/$folder/strings.xml")
        val nodes = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file).getElementsByTagName("string")
        return (0 until nodes.length).map { nodes.item(it) }
            .filter { it.attributes.getNamedItem("translatable")?.textContent != "false" }
            .associate { it.attributes.getNamedItem("name").textContent to it.textContent }
    }

    @Test
    fun `each string is there in both languages, with the same places for numbers`() {
        val (english, japanese) = strings("values") to strings("values-ja")
        assertEquals(english.keys, japanese.keys)
        fun places(text: String) = Regex("%[^ ]").findAll(text).map { it.value }.toList()
        for ((name, text) in english) assertEquals(places(text), places(japanese.getValue(name)), name)
    }

    @Test
    fun `each string is used`() {
        val sources = File("src/main").walk().filter { it.extension == "kt" || it.name == "AndroidManifest.xml" }.map { it.readText() }
        val text = sources.joinToString()
        for (name in strings("values").keys) {
            assertTrue("R.string.$name" in text || "@string/$name" in text, name)
        }
    }
}
