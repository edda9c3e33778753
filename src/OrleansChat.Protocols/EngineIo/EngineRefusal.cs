using System.Globalization;
using System.Text;

namespace OrleansChat.Protocols.EngineIo;

/// <summary>Why a request to the engine is refused, with the numbers and words that clients know.</summary>
/// <param name="Code">The number in the body.</param>
/// <param name="Message">The words in the body.</param>
/// <param name="Status">The HTTP status.</param>
public sealed record EngineRefusal(int Code, string Message, int Status = 400)
{
    /// <summary>The transport is neither polling nor websocket.</summary>
    public static EngineRefusal UnknownTransport { get; } = new(0, "Transport unknown");

    /// <summary>No session has this id.</summary>
    public static EngineRefusal UnknownSession { get; } = new(1, "Session ID unknown");

    /// <summary>A session is opened by GET only.</summary>
    public static EngineRefusal BadHandshakeMethod { get; } = new(2, "Bad handshake method");

    /// <summary>The request does not fit the session's state.</summary>
    public static EngineRefusal BadRequest { get; } = new(3, "Bad request");

    /// <summary>The origin may not connect.</summary>
    public static EngineRefusal Forbidden { get; } = new(4, "Forbidden", 403);

    /// <summary>Not version 4 of the protocol.</summary>
    public static EngineRefusal UnsupportedVersion { get; } = new(5, "Unsupported protocol version");

    /// <summary>The body exceeds what the handshake permits.</summary>
    public static EngineRefusal TooLarge { get; } = new(3, "Bad request", 413);

    /// <summary>The server takes no more sessions at the moment.</summary>
    public static EngineRefusal Full { get; } = new(4, "Forbidden", 503);

    /// <summary>The body: JSON.</summary>
    public byte[] ToJson() => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"code\":{Code},\"message\":\"{Message}\"}}"));
}
