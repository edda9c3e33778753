using System.Net;

namespace OrleansChat.Gateway.FrontEnds.Resp;

/// <summary>What a connection has said about itself. Only its own loop changes it.</summary>
internal sealed class RespClient(long id, EndPoint? address, bool authenticated, DateTimeOffset since)
{
    public long Id { get; } = id;

    public EndPoint? Address { get; } = address;

    public DateTimeOffset Since { get; } = since;

    /// <summary>2 or 3.</summary>
    public int Version { get; set; } = 2;

    public bool IsAuthenticated { get; set; } = authenticated;

    public string Name { get; set; } = string.Empty;

    public string Library { get; set; } = string.Empty;

    public string LibraryVersion { get; set; } = string.Empty;

    public string LastCommand { get; set; } = string.Empty;

    public RespReplies Replies { get; set; } = RespReplies.On;

    /// <summary>Channels and patterns that it listens to; nothing is ever published on them.</summary>
    public HashSet<string> Channels { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it has said goodbye: nothing after this is answered.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>One line, as <c>CLIENT LIST</c> has it.</summary>
    public string Describe(DateTimeOffset now) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"id={Id} addr={Address} name={Name} age={(long)(now - Since).TotalSeconds} db=0 sub={Channels.Count} cmd={LastCommand} resp={Version} lib-name={Library} lib-ver={LibraryVersion}");
}

/// <summary>Which replies a client wants.</summary>
internal enum RespReplies
{
    On,

    Off,

    /// <summary>Not the reply to the next request.</summary>
    SkipNext,
}
