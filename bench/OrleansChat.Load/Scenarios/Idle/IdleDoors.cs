using System.Net;
using OrleansChat.Client;

namespace OrleansChat.Load;

/// <summary>Where the doors listen that are not on a node's URL.</summary>
internal sealed record IdleAddresses(string Line, string Resp);

/// <summary>What an idle connection is made from.</summary>
internal sealed record IdleDoorContext(LoadOptions Options, Guests Guests, IdleAddresses Addresses, Measurement Measurement);

/// <summary>Makes the connection of a number: signed in, told of everything, at rest.</summary>
internal delegate Task<IDisposable> IdleConnect(int index, CancellationToken cancel);

/// <summary>The doors, by name.</summary>
internal static class IdleDoors
{
    private static readonly Dictionary<string, Func<IdleDoorContext, IdleConnect>> _doors = new()
    {
        ["native"] = context => (index, cancel) => NativeAsync(context, index, cancel),
        ["signalr"] = context => (index, cancel) => SignalRAsync(context, index, cancel),
        ["socket.io"] = context => (index, cancel) => SocketIoAsync(context, index, cancel),
        ["events"] = context => (index, cancel) => EventsAsync(context, index, cancel),
        ["queue"] = context => (index, cancel) => QueueAsync(context, index, cancel),
        ["line"] = context => (index, cancel) => LineAsync(context, index, cancel),
        ["resp"] = context => (index, cancel) => RespAsync(context, index, cancel),
    };

    public static IEnumerable<string> Names => _doors.Keys;

    public static IdleConnect Of(string name, IdleDoorContext context) => _doors[name](context);

    /// <summary>On a peer: in a room of its own.</summary>
    public static async Task<IDisposable> PeerAsync(IPeerDialect dialect, IdleDoorContext context, int index, CancellationToken cancel)
    {
        var name = context.Options.Name(index);
        var connection = await dialect.ConnectAsync(context.Options.UrlOf(index), name, name, name, cancel);
        connection.Attach(new LoadPeer(context.Measurement, name, receiver: null, dialect));
        return connection;
    }

    /// <summary>Through the native door with a token.</summary>
    public static async Task<IDisposable> SignInAsync(IdleDoorContext context, int index, ChatToken guest, CancellationToken cancel)
    {
        var connection = await LoadConnection.ConnectAsync(context.Options.UrlOf(index), guest.Token, cancel);
        connection.Attach(new LoadPeer(context.Measurement, guest.Name, receiver: null));
        await connection.CallAsync("\"do\":\"sync\",\"positions\":{}", cancel);
        return connection;
    }

    private static async Task<IDisposable> NativeAsync(IdleDoorContext context, int index, CancellationToken cancel)
        => await SignInAsync(context, index, await context.Guests.CreateAsync(index, cancel), cancel);

    private static async Task<IDisposable> SignalRAsync(IdleDoorContext context, int index, CancellationToken cancel)
    {
        var guest = await context.Guests.CreateAsync(index, cancel);
        var socket = await IdleWebSocket.ConnectAsync(context, index, $"/hub?access_token={guest.Token}", cancel);
        await socket.SendAsync("{\"protocol\":\"json\",\"version\":1}\u001e{\"type\":1,\"invocationId\":\"1\",\"target\":\"Sync\",\"arguments\":[{\"positions\":{}}]}\u001e", cancel);
        await socket.UntilAsync("\"invocationId\":\"1\"", cancel);
        socket.Rest("{\"type\":6}\u001e", "{\"type\":6}\u001e");
        return socket;
    }

    private static async Task<IDisposable> SocketIoAsync(IdleDoorContext context, int index, CancellationToken cancel)
    {
        var socket = await IdleWebSocket.ConnectAsync(context, index, "/socket.io/?EIO=4&transport=websocket", cancel);
        await socket.UntilAsync("0{", cancel);
        await socket.SendAsync("40", cancel);
        await socket.UntilAsync("40{", cancel);
        await socket.SendAsync($"421[\"set-nickname\",\"{context.Options.Name(index)}\"]", cancel);
        await socket.UntilAsync("431[true]", cancel);
        socket.Rest("2", "3");
        return socket;
    }

    private static async Task<IDisposable> EventsAsync(IdleDoorContext context, int index, CancellationToken cancel)
    {
        var guest = await context.Guests.CreateAsync(index, cancel);
        var stream = await IdleStream.ConnectAsync(context, EndPointOf(context.Options.UrlOf(index)), cancel);
        await stream.SendAsync(Get("/api/v1/events", guest.Token), cancel);
        await stream.UntilAsync("event: sync", cancel);
        stream.Rest();
        return stream;
    }

    // Each a consumer of a queue of its own.
    private static async Task<IDisposable> QueueAsync(IdleDoorContext context, int index, CancellationToken cancel)
    {
        var guest = await context.Guests.CreateAsync(index, cancel);
        var name = context.Options.Name(index);
        var url = context.Options.UrlOf(index);
        using (var http = new HttpClient { BaseAddress = url })
        {
            http.DefaultRequestHeaders.Authorization = new("Bearer", guest.Token);
            using var body = new FormUrlEncodedContent([new("value", "first")]);
            using var made = await http.PostAsync(new Uri($"/q/{name}", UriKind.Relative), body, cancel);
            made.EnsureSuccessStatusCode();
        }

        var stream = await IdleStream.ConnectAsync(context, EndPointOf(url), cancel);
        await stream.SendAsync(Get($"/c/{name}", guest.Token), cancel);
        await stream.UntilAsync("first", cancel);
        stream.Rest();
        return stream;
    }

    private static async Task<IDisposable> LineAsync(IdleDoorContext context, int index, CancellationToken cancel)
    {
        var stream = await IdleStream.ConnectAsync(context, IPEndPoint.Parse(context.Addresses.Line), cancel);
        await stream.SendAsync($"NICK {context.Options.Name(index)}\r\n", cancel);
        await stream.UntilAsync("OK NICK", cancel);
        stream.Rest();
        return stream;
    }

    // A caller that waits for messages for ever.
    private static async Task<IDisposable> RespAsync(IdleDoorContext context, int index, CancellationToken cancel)
    {
        var stream = await IdleStream.ConnectAsync(context, IPEndPoint.Parse(context.Addresses.Resp), cancel);
        var name = context.Options.Name(index);
        await stream.SendAsync($"IM.USER {name} name {name}\r\n", cancel);
        await stream.UntilAsync("+OK", cancel);
        await stream.SendAsync($"IM.RECIVE {name} START 0 BLOCK 0\r\n", cancel);
        stream.Rest();
        return stream;
    }

    private static string Get(string path, string token) => $"GET {path} HTTP/1.1\r\nHost: load\r\nAuthorization: Bearer {token}\r\n\r\n";

    private static IPEndPoint EndPointOf(Uri url) => new(IPAddress.TryParse(url.Host, out var address) ? address : IPAddress.Loopback, url.Port);
}
