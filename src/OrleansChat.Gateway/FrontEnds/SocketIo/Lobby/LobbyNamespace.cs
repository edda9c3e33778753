using System.Text.Json;
using OrleansChat.Gateway.FrontEnds.SocketIo.Namespaces;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>The namespace where the chat lives. Takes in everybody; a client that returns is given back what it was.</summary>
internal sealed class LobbyNamespace(LobbyServices services) : ISocketIoNamespace
{
    public async ValueTask<ISocketIoHandler?> ConnectAsync(SocketIoSocket socket, JsonElement auth)
    {
        try
        {
            if (!services.Registry.IsDraining && await services.Group.EnsureAsync() is null)
            {
                await services.Online.StartAsync();
                Result<LobbySocket> opened = await ReturnAsync(socket, auth) is { } returned ? returned : await LobbySocket.OpenAsync(services, socket);
                if (opened.IsOk)
                {
                    return opened.Value;
                }
            }
        }
        catch (StorageUnavailableException)
        {
            // Like any other reason for which nobody can be let in now: the client comes back by itself.
        }

        socket.Drop();
        return null;
    }

    // Null: nothing is known of the client, or nothing that helps; it begins anew.
    private async Task<Result<LobbySocket>?> ReturnAsync(SocketIoSocket socket, JsonElement auth)
    {
        if (Text(auth, "pid") is not { } pid || await services.Recovery.FindAsync(pid, Text(auth, "offset") ?? string.Empty) is not { } returning)
        {
            return null;
        }

        Result<LobbySocket> returned = await LobbySocket.ReturnAsync(services, socket, returning);
        return returned is { IsOk: false, Error.Retry: false } ? null : returned;
    }

    private static string? Text(JsonElement auth, string name)
    {
        try
        {
            return auth.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: not one of ours.
            return null;
        }
    }
}
