using Orleans;

namespace OrleansChat;

/// <summary>On whose behalf a request is made: set by the session that authenticated them, never by a client.</summary>
/// <param name="User">The user name in stored form.</param>
/// <param name="Incarnation">Empty for a registered user; for a guest, the mark of this claim of the name.</param>
/// <param name="Node">The node whose gateway asks; announcements of what it does skip this node, which delivers from the reply. Empty: announce to all.</param>
[GenerateSerializer, Immutable, Alias("chat.Actor")]
public sealed record Actor([property: Id(0)] string User, [property: Id(1)] string Incarnation, [property: Id(2)] string Node);
