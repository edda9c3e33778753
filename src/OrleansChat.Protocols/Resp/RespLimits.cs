namespace OrleansChat.Protocols.Resp;

/// <summary>How large a request may be. What is larger ends the connection before it is held in memory.</summary>
public sealed record RespLimits
{
    /// <summary>The most arguments of one request, its name included.</summary>
    public int Arguments { get; init; } = 1024;

    /// <summary>The longest argument, bytes.</summary>
    public int Bulk { get; init; } = 65536;

    /// <summary>All arguments of one request together, bytes.</summary>
    public int Request { get; init; } = 131072;

    /// <summary>The longest line: an inline request, or the head of an array or argument, bytes.</summary>
    public int Line { get; init; } = 65536;

    /// <summary>What somebody may send who has not authenticated: enough for <c>HELLO</c> with everything.</summary>
    public static RespLimits BeforeAuthentication { get; } = new() { Arguments = 10, Bulk = 1024, Request = 4096, Line = 4096 };
}
