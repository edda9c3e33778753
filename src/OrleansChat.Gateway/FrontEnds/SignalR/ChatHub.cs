using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;

namespace OrleansChat.Gateway.FrontEnds.SignalR;

/// <summary>The hub. One instance lives for one invocation; what belongs to the connection is its <see cref="HubClient"/>.</summary>
internal sealed partial class ChatHub(HubDoor door) : Hub
{
    private static readonly object Key = new();

    /// <inheritdoc />
    public override async Task OnConnectedAsync()
    {
        HubClient client = await door.OpenAsync(Context);
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
