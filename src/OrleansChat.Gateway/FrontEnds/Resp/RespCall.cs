using System.Text;
using OrleansChat.Feeds;

namespace OrleansChat.Gateway.FrontEnds.Resp;

/// <summary>One request: its words, who sent it, and when it is no longer wanted. Reading a word that makes no sense is a <see cref="RespRefusedException"/>.</summary>
internal sealed class RespCall(RespClient client, byte[][] words, CancellationToken closed, CancellationToken gone)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public RespClient Client { get; } = client;

    /// <summary>Nobody can be answered any more.</summary>
    public CancellationToken Closed { get; } = closed;

    /// <summary>The client sends no more, and so has no reason to wait; what it asked before is still answered.</summary>
    public CancellationToken Gone { get; } = gone;

    /// <summary>How many words, the command's name included.</summary>
    public int Count => words.Length;

    /// <summary>The command's name as it was written.</summary>
    public string Name => Encoding.Latin1.GetString(words[0]);

    public ReadOnlyMemory<byte> Bytes(int index) => words[index];

    public string Text(int index)
    {
        try
        {
            return Strict.GetString(words[index]);
        }
        catch (DecoderFallbackException)
        {
            throw new RespRefusedException(RespError.BadUtf8);
        }
    }

    /// <summary>A word of the command's own language, in capitals.</summary>
    public string Word(int index) => Encoding.Latin1.GetString(words[index]).ToUpperInvariant();

    public string User(int index) =>
        Names.TryUser(Text(index), out string? user) ? user : throw new RespRefusedException(RespError.BadName);

    public string Group(int index) =>
        Names.TryGroup(Text(index), out string? group) ? group : throw new RespRefusedException(RespError.BadName);

    public FeedId Id(int index) =>
        FeedId.TryParse(Text(index), out FeedId id) ? id : throw new RespRefusedException(RespError.BadId);

    /// <summary>Fields and values from a word to the end; of a field given twice the last value counts.</summary>
    public RespFields Fields(int from)
    {
        if ((Count - from) % 2 != 0)
        {
            throw new RespRefusedException($"ERR wrong number of arguments for '{Name.ToLowerInvariant()}' command");
        }

        var fields = new RespFields();
        for (int i = from; i < Count; i += 2)
        {
            fields.Set(Text(i), Text(i + 1));
        }

        return fields;
    }
}
