using System.Globalization;
using System.Net.Sockets;
using System.Text;
using OrleansChat.Testing;

namespace OrleansChat.Chaos.Network;

/// <summary>Asks a redis-server on this machine, primary or replica, past the client library, which keeps away from replicas.</summary>
internal static class RedisAdmin
{
    /// <summary>Asks one thing on a connection of its own; an error is an exception.</summary>
    public static async Task<string> AskAsync(int port, params string[] command)
    {
        using TcpClient tcp = new() { NoDelay = true };
        await tcp.ConnectAsync("127.0.0.1", port);
        using RespStream resp = new(tcp.GetStream());
        resp.Write([.. command.Select(Encoding.UTF8.GetBytes)]);
        await resp.FlushAsync(CancellationToken.None);
        object? answer = await resp.ReadAsync(CancellationToken.None).WithinAsync(what: $"the answer to {command[0]}");
        string text = answer is byte[] bytes ? Encoding.UTF8.GetString(bytes) : answer?.ToString() ?? "";
        return text.StartsWith('-') ? throw new InvalidOperationException($"{command[0]}: {text}") : text;
    }

    /// <summary>How much a primary has told its replicas, or a replica has taken.</summary>
    public static async Task<long> OffsetAsync(int port, string field) => long.Parse(
        (await AskAsync(port, "INFO", "replication")).Split("\r\n").First(line => line.StartsWith(field, StringComparison.Ordinal))[(field.Length + 1)..],
        CultureInfo.InvariantCulture);

    /// <summary>Whether it follows a primary and has all that the primary had when it began.</summary>
    public static async Task<bool> IsFollowingAsync(int port) =>
        (await AskAsync(port, "INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal);
}
