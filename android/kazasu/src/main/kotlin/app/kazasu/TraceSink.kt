package app.kazasu

/**
 * Takes the record of what happened at the reader: JSON lines (docs/trace-format.md) of headers, lengths, status words and
 * times. No secret, name, certificate, signature or serial number is in them, so that they may be sent to a developer;
 * `kazasu explain` tells them.
 */
public fun interface TraceSink {
    /**
     * Takes some lines, each with its line end. Comes before each command and at the end, so that what was kept survives a
     * crash.
     */
    public fun append(lines: String)
}
