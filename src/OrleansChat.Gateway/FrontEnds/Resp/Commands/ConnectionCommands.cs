using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Protocols.Resp;

namespace OrleansChat.Gateway.FrontEnds.Resp.Commands;

/// <summary>The connection itself: who it is, which version it speaks, whether it is alive.</summary>
internal sealed class ConnectionCommands
{
    private const string NoKey =
        "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?";

    private const string WrongKey = "WRONGPASS invalid username-password pair or user is disabled.";

    private static readonly RespValue TooMany = RespError.Of(ChatError.RateLimited.Because("Too many attempts; wait a minute."));

    private readonly RestLimits _limits;
    private readonly byte[]? _key;

    public ConnectionCommands(RestLimits limits, GatewayOptions options)
    {
        _limits = limits;
        _key = options.RespKey is { } key ? SHA256.HashData(Encoding.UTF8.GetBytes(key)) : null;
        Table =
        [
            new("AUTH", -2, "Authenticates the connection") { Run = AuthAsync, IsOpen = true },
            new("HELLO", -1, "Chooses the version of the protocol") { Run = HelloAsync, IsOpen = true },
            new("PING", -1, "Answers PONG or what was given") { Answer = Ping, IsForListeners = true },
            new("ECHO", 2, "Answers what was given") { Answer = call => RespValue.Bulk(call.Bytes(1)) },
            new("QUIT", -1, "Ends the connection") { Answer = Quit, IsOpen = true, IsForListeners = true },
            new("RESET", 1, "Makes the connection as it was at first") { Answer = Reset, IsOpen = true, IsForListeners = true },
            new("SELECT", 2, "Chooses the only database, 0") { Answer = Select },
        ];
    }

    public IReadOnlyList<RespCommand> Table { get; }

    /// <summary>Whether clients have to authenticate.</summary>
    public bool NeedsKey => _key is not null;

    private async Task<RespValue> AuthAsync(RespCall call) =>
        call.Count > 3 ? RespValue.Error(RespError.Syntax)
        : call.Count == 2 && _key is null ? RespValue.Error(NoKey)
        : await AuthenticateAsync(call, call.Count == 3 ? 1 : null, call.Count - 1) ?? RespValue.Ok;

    private async Task<RespValue?> AuthenticateAsync(RespCall call, int? name, int key)
    {
        bool right = (name is not { } index || call.Bytes(index).Span.SequenceEqual("default"u8))
            && (_key is null || CryptographicOperations.FixedTimeEquals(_key, SHA256.HashData(call.Bytes(key).Span)));
        if (_key is not null && !await _limits.PermitsKeyAsync((call.Client.Address as IPEndPoint)?.Address, right))
        {
            return TooMany;
        }

        if (!right)
        {
            return RespValue.Error(WrongKey);
        }

        call.Client.IsAuthenticated = true;
        return null;
    }

    private async Task<RespValue> HelloAsync(RespCall call)
    {
        int version = call.Client.Version;
        if (call.Count > 1)
        {
            if (!int.TryParse(call.Word(1), NumberStyles.None, CultureInfo.InvariantCulture, out version))
            {
                return RespValue.Error("ERR Protocol version is not an integer or out of range");
            }

            if (version is not (2 or 3))
            {
                return RespValue.Error("NOPROTO unsupported protocol version");
            }
        }

        string? name = null;
        for (int i = 2; i < call.Count;)
        {
            switch (call.Word(i))
            {
                case "AUTH" when i + 2 < call.Count:
                    if (await AuthenticateAsync(call, i + 1, i + 2) is { } refused)
                    {
                        return refused;
                    }

                    i += 3;
                    break;
                case "SETNAME" when i + 1 < call.Count:
                    name = ClientNames.Check(call.Text(i + 1));
                    i += 2;
                    break;
                default:
                    return RespValue.Error($"{RespError.Syntax} in HELLO");
            }
        }

        if (!call.Client.IsAuthenticated)
        {
            return RespValue.Error(
                "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time");
        }

        call.Client.Version = version;
        call.Client.Name = name ?? call.Client.Name;
        return RespValue.Map(
            RespValue.Bulk("server"), RespValue.Bulk("redis"),
            RespValue.Bulk("version"), RespValue.Bulk(ServerCommands.RedisVersion),
            RespValue.Bulk("proto"), RespValue.Integer(version),
            RespValue.Bulk("id"), RespValue.Integer(call.Client.Id),
            RespValue.Bulk("mode"), RespValue.Bulk("standalone"),
            RespValue.Bulk("role"), RespValue.Bulk("master"),
            RespValue.Bulk("modules"), RespValue.EmptyArray);
    }

    private static RespValue Ping(RespCall call) =>
        call.Count > 2 ? RespError.WrongCount("ping")
        : call.Client is { Version: 2, Channels.Count: > 0 }
            ? RespValue.Array(RespValue.Bulk("pong"), RespValue.Bulk(call.Count == 2 ? call.Bytes(1) : default))
        : call.Count == 2 ? RespValue.Bulk(call.Bytes(1))
        : RespValue.Simple("PONG");

    private static RespValue Quit(RespCall call)
    {
        call.Client.IsLeaving = true;
        return RespValue.Ok;
    }

    private RespValue Reset(RespCall call)
    {
        call.Client.Version = 2;
        call.Client.Name = string.Empty;
        call.Client.Replies = RespReplies.On;
        call.Client.Channels.Clear();
        call.Client.IsAuthenticated = !NeedsKey;
        return RespValue.Simple("RESET");
    }

    private static RespValue Select(RespCall call) =>
        !long.TryParse(call.Word(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? RespValue.Error(RespError.NotANumber)
            : number == 0 ? RespValue.Ok
            : RespValue.Error("ERR DB index is out of range");
}
