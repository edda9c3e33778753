using System.Collections.Concurrent;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Presence;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>What every socket works with.</summary>
internal sealed class LobbyServices(
    SessionRegistry registry, SessionServices sessions, ChatCommands commands, LobbyIdentity identity, LobbyGroup group, LobbyPresence online,
    SocketRecovery recovery, IPresence presence, IUserDirectory directory, TimeProvider time, ILogger<LobbySocket> logger)
{
    public SessionRegistry Registry { get; } = registry;

    public SessionServices Sessions { get; } = sessions;

    public ChatCommands Commands { get; } = commands;

    public LobbyIdentity Identity { get; } = identity;

    public LobbyGroup Group { get; } = group;

    public LobbyPresence Online { get; } = online;

    public SocketRecovery Recovery { get; } = recovery;

    public IPresence Presence { get; } = presence;

    public IUserDirectory Directory { get; } = directory;

    public IMessageLog Log => Sessions.Log;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;

    /// <summary>The sockets of this node by their secrets, also those whose connection was lost a moment ago.</summary>
    public ConcurrentDictionary<string, LobbySocket> Sockets { get; } = new(StringComparer.Ordinal);
}
