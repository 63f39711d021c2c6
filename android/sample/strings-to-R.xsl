<?xml version="1.0" encoding="UTF-8"?>
<!-- Android's resource compiler is not on Maven Central. This makes the class it would make of the strings. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text"/>
  <xsl:template match="/resources">
    <xsl:text>package app.kazasu.sample;&#10;public final class R {&#10;  public static final class string {&#10;</xsl:text>
    <xsl:for-each select="string">
      <xsl:text>    public static final int </xsl:text>
      <xsl:value-of select="@name"/>
      <xsl:text> = </xsl:text>
      <xsl:value-of select="position()"/>
      <xsl:text>;&#10;</xsl:text>
    </xsl:for-each>
    <xsl:text>  }&#10;}&#10;</xsl:text>
  </xsl:template>
</xsl:stylesheet>
