using System.CommandLine;

namespace OrleansChat.Load;

/// <summary>Where messages go: through a door of this server, or to a peer.</summary>
internal sealed class WayOption
{
    private readonly Option<string?> _peer = Peer();
    private readonly Option<string> _door = new("--door") { Description = "Through which door of this server.", DefaultValueFactory = _ => DoorDialects.Native };

    public WayOption() => _door.AcceptOnlyFromAmong([.. DoorDialects.Names]);

    /// <summary>The option that names a peer.</summary>
    public static Option<string?> Peer()
    {
        var peer = new Option<string?>("--peer") { Description = "Speak to a peer of bench/peers instead, in this dialect." };
        peer.AcceptOnlyFromAmong([.. PeerDialects.Names]);
        return peer;
    }

    public Command AddTo(Command command)
    {
        command.Options.Add(_peer);
        command.Options.Add(_door);
        return command;
    }

    /// <summary>What follows a load's name in the report.</summary>
    public string Name(ParseResult parsed)
        => parsed.GetValue(_peer) is { } peer ? $", {peer} peer" : Door(parsed) is { } door ? $", {door} door" : "";

    /// <summary>How the other side is spoken to; null for the native door.</summary>
    public IPeerDialect? Dialect(ParseResult parsed, Guests guests)
        => parsed.GetValue(_peer) is { } peer ? PeerDialects.Of(peer) : Door(parsed) is { } door ? DoorDialects.Of(door, guests) : null;

    private string? Door(ParseResult parsed) => parsed.GetValue(_door) is { } door && door != DoorDialects.Native ? door : null;
}
