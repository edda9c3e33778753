// What the measurements compare with, on the same runtime: OrleansChat.Peers websocket|signalr|signalr-redis PORT [REDIS-PORT]
using System.Globalization;
using OrleansChat.Peers;
using StackExchange.Redis;

if (args is not (["websocket" or "signalr", _] or ["signalr-redis", _, _]))
{
    await Console.Error.WriteLineAsync("OrleansChat.Peers websocket|signalr PORT, or signalr-redis PORT REDIS-PORT");
    return 2;
}

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{args[1]}");
if (args[0] != "websocket")
{
    builder.Services.AddSignalR();
}

if (args is [_, _, var redisPort])
{
    builder.Services.AddSingleton<IConnectionMultiplexer>(await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redisPort}"));
    builder.Services.AddHostedService<RedisAnnouncements>();
}

await using var app = builder.Build();
app.MapGet("/metrics", () => string.Create(CultureInfo.InvariantCulture, $"dotnet_gc_heap_total_allocated_bytes_total {GC.GetTotalAllocatedBytes()}\n"));
switch (args[0])
{
    case "websocket":
        app.UseWebSockets();
        app.Map("/ws", new Relay().ConnectAsync);
        break;
    case "signalr":
        app.MapHub<PlainHub>("/hub");
        break;
    default:
        app.MapHub<StoringHub>("/hub");
        break;
}

await app.RunAsync();
return 0;
