using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using OrleansChat.Gateway.Sessions;

namespace OrleansChat.Gateway.FrontEnds.SignalR;

/// <summary>The hub. One instance lives for one invocation; what belongs to the connection is its <see cref="HubClient"/>.</summary>
internal sealed partial class ChatHub(HubDoor door) : Hub
{
    private static readonly object Key = new();

    /// <inheritdoc />
    public override async Task OnConnectedAsync()
    {
        HubConnectionContext connection = HubConnections.Of(Context);
        Result<ChatSession> opened = await door.OpenAsync(Context);
        if (!opened.IsOk)
        {
            if (opened.Error.Retry)
            {
                // Only this message lets a client come back by itself; a second one, which the throw brings about, would take that back.
                await connection.WriteAsync(new CloseMessage(opened.Error.Name, allowReconnect: true), Context.ConnectionAborted);
                await Task.Delay(HubClient.ClosePatience, door.Time, Context.ConnectionAborted);
            }

            throw HubAnswer.Refusal(opened.Error);
        }

        HubClient client = new(door, opened.Value, connection);
        Context.Items[Key] = client;
        client.Begin();
    }

    /// <inheritdoc />
    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        if (Context.Items.TryGetValue(Key, out object? opened) && opened is HubClient client)
        {
            await client.EndAsync();
            client.Dispose();
        }
    }

    private Task<HubAnswer> RunAsync(JsonElement parameters, [CallerMemberName] string method = "") =>
        ((HubClient)Context.Items[Key]!).RunAsync(door.Names[method], parameters);
}
