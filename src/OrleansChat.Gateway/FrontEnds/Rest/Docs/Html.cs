using System.Net;
using System.Text;

namespace OrleansChat.Gateway.FrontEnds.Rest.Docs;

/// <summary>Writes HTML. Text is encoded; what stands between backquotes becomes code.</summary>
internal sealed class Html
{
    private readonly StringBuilder _text = new();

    /// <summary>Markup as it is.</summary>
    public Html Raw(string markup)
    {
        _text.Append(markup).Append('\n');
        return this;
    }

    /// <summary>An element around text.</summary>
    public Html Line(string element, string text) => Raw($"<{element}>{Text(text)}</{element}>");

    /// <summary>A table with a row for each item; nothing without items. The cells are markup.</summary>
    public Html Table<T>(IEnumerable<T> items, string[] heads, Func<T, string[]> cells)
    {
        List<T> rows = [.. items];
        if (rows.Count == 0)
        {
            return this;
        }

        Raw($"<table><thead><tr>{Cells("th", heads)}</tr></thead><tbody>");
        foreach (T row in rows)
        {
            Raw($"<tr>{Cells("td", cells(row))}</tr>");
        }

        return Raw("</tbody></table>");
    }

    public override string ToString() => _text.ToString();

    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    public static string Code(string text) => $"<code>{Escape(text)}</code>";

    public static string Text(string text)
    {
        string[] parts = text.Split('`');
        return string.Concat(parts.Select((part, index) => index % 2 == 0 ? Escape(part) : Code(part)));
    }

    private static string Cells(string element, string[] cells) => string.Concat(cells.Select(cell => $"<{element}>{cell}</{element}>"));
}
