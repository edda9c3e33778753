using System.Net;
using System.Net.Sockets;
using OrleansChat.Redis.Connections;
using StackExchange.Redis;

namespace OrleansChat.Redis.Streams;

/// <summary>
/// On a Redis Cluster an announcement goes from the server that runs the step over the cluster's bus to the one where this node has
/// subscribed. When a link of the bus breaks, what is on its way is lost and no connection of ours shows it. Redis 7 tells since when each
/// link stands; a link that is not the one of before may have lost something.
/// </summary>
/// <param name="server">Where this node has subscribed; null outside a cluster, where there is nothing to look at.</param>
/// <param name="options">The password and the deadline.</param>
/// <param name="time">The clock.</param>
internal sealed class BusLinks(EndPoint? server, RedisOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly Dictionary<string, string> _since = new(StringComparer.Ordinal);
    private RedisControl? _control;
    private bool _first = true;
    private bool _untold;

    /// <summary>Whether a link to the server was lost or made since the last look. False when the server cannot tell.</summary>
    public async Task<bool> ChangedAsync(CancellationToken cancellationToken)
    {
        if (server is null || _untold)
        {
            return false;
        }

        try
        {
            using CancellationTokenSource timeout = new(options.Deadline, time);
            using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            _control ??= await RedisControl.ConnectAsync(AddressOf(server), both.Token).ConfigureAwait(false);
            return Compare(Inbound(await _control.CallAsync(["CLUSTER", "LINKS"], both.Token).ConfigureAwait(false)));
        }
        catch (RedisReplyException reply) when (!reply.IsLoading)
        {
            // Before Redis 7.0 there is no such command.
            _untold = true;
            return false;
        }
        catch (Exception failure) when (failure is SocketException or IOException or RedisReplyException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The next look compares with what was known before. A server that is gone ends the subscription too.
            await DisposeAsync().ConfigureAwait(false);
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_control is { } control)
        {
            _control = null;
            await control.DisposeAsync().ConfigureAwait(false);
        }
    }

    private bool Compare(Dictionary<string, string> now)
    {
        bool changed = !_first && (now.Count != _since.Count || now.Any(link => !_since.TryGetValue(link.Key, out string? since) || since != link.Value));
        _first = false;
        _since.Clear();
        foreach ((string node, string since) in now)
        {
            _since.Add(node, since);
        }

        return changed;
    }

    // The reply is one list of names and values for each link, here one after the other: direction, node, create-time, ...
    private static Dictionary<string, string> Inbound(IReadOnlyList<string> reply)
    {
        Dictionary<string, string> links = new(StringComparer.Ordinal);
        string direction = string.Empty;
        string node = string.Empty;
        for (int i = 0; i + 1 < reply.Count; i += 2)
        {
            switch (reply[i])
            {
                case "direction":
                    direction = reply[i + 1];
                    break;
                case "node":
                    node = reply[i + 1];
                    break;
                case "create-time" when direction == "from":
                    links[node] = reply[i + 1];
                    break;
            }
        }

        return links;
    }

    private RedisAddress AddressOf(EndPoint endPoint)
    {
        string? password = ConfigurationOptions.Parse(options.Configuration).Password;
        return endPoint switch
        {
            IPEndPoint ip => new RedisAddress(ip.Address.ToString(), ip.Port, password),
            DnsEndPoint dns => new RedisAddress(dns.Host, dns.Port, password),
            _ => throw new NotSupportedException($"{endPoint} is no address of a Redis server."),
        };
    }
}
