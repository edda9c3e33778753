using System.Text;

namespace OrleansChat.Protocols.Resp;

/// <summary>The kinds of replies.</summary>
public enum RespKind
{
    /// <summary>A short text without line breaks.</summary>
    Simple,

    /// <summary>A refusal: a code in capitals, a space, a sentence.</summary>
    Error,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>Bytes.</summary>
    Bulk,

    /// <summary>A list.</summary>
    Array,

    /// <summary>Keys and values, one after the other; in RESP2 a list.</summary>
    Map,

    /// <summary>A message that nobody asked for; in RESP2 a list.</summary>
    Push,

    /// <summary>Nothing, where bytes could be.</summary>
    Null,

    /// <summary>Nothing, where a list could be; in RESP3 the same as <see cref="Null"/>.</summary>
    NullArray,

    /// <summary>Several replies to one request.</summary>
    Several,
}

/// <summary>A reply, before it is known in which version of the protocol it goes out.</summary>
public sealed class RespValue
{
    private RespValue(RespKind kind, ReadOnlyMemory<byte> bytes = default, long number = 0, IReadOnlyList<RespValue>? items = null)
    {
        Kind = kind;
        Bytes = bytes;
        Number = number;
        Items = items ?? [];
    }

    /// <summary><c>OK</c>.</summary>
    public static RespValue Ok { get; } = Simple("OK");

    /// <summary>Nothing, where bytes could be.</summary>
    public static RespValue Null { get; } = new(RespKind.Null);

    /// <summary>Nothing, where a list could be.</summary>
    public static RespValue NullArray { get; } = new(RespKind.NullArray);

    /// <summary>A list without items.</summary>
    public static RespValue EmptyArray { get; } = new(RespKind.Array);

    /// <summary>What it is.</summary>
    public RespKind Kind { get; }

    /// <summary>The text of a simple string, error or bulk string.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The value of an integer.</summary>
    public long Number { get; }

    /// <summary>The items of a list; of a map, keys and values in turn.</summary>
    public IReadOnlyList<RespValue> Items { get; }

    /// <summary>A short text without line breaks.</summary>
    public static RespValue Simple(string text) => new(RespKind.Simple, Encoding.UTF8.GetBytes(OneLine(text)));

    /// <summary>A refusal; <paramref name="text"/> begins with its code.</summary>
    public static RespValue Error(string text) => new(RespKind.Error, Encoding.UTF8.GetBytes(OneLine(text)));

    /// <summary>A whole number.</summary>
    public static RespValue Integer(long number) => new(RespKind.Integer, number: number);

    /// <summary>Bytes.</summary>
    public static RespValue Bulk(ReadOnlyMemory<byte> bytes) => new(RespKind.Bulk, bytes);

    /// <summary>A text.</summary>
    public static RespValue Bulk(string text) => new(RespKind.Bulk, Encoding.UTF8.GetBytes(text));

    /// <summary>A list.</summary>
    public static RespValue Array(params IReadOnlyList<RespValue> items) => new(RespKind.Array, items: items);

    /// <summary>A list of texts.</summary>
    public static RespValue Texts(IEnumerable<string> texts) => Array([.. texts.Select(Bulk)]);

    /// <summary>Keys and values in turn.</summary>
    public static RespValue Map(params IReadOnlyList<RespValue> items) => new(RespKind.Map, items: items);

    /// <summary>A message that nobody asked for.</summary>
    public static RespValue Push(params IReadOnlyList<RespValue> items) => new(RespKind.Push, items: items);

    /// <summary>Several replies to one request.</summary>
    public static RespValue Several(IReadOnlyList<RespValue> replies) => new(RespKind.Several, items: replies);

    // A line break inside would begin a reply that nobody gave.
    private static string OneLine(string text) => text.AsSpan().ContainsAny('\r', '\n') ? text.Replace('\r', ' ').Replace('\n', ' ') : text;
}
