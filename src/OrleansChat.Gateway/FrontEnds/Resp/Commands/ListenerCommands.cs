using OrleansChat.Protocols.Resp;

namespace OrleansChat.Gateway.FrontEnds.Resp.Commands;

/// <summary>
/// Channels: clients subscribe to one of their own for notices of reconfiguration, and some do not connect without. Nothing is published on any.
/// </summary>
internal sealed class ListenerCommands
{
    private const int MaxChannels = 1024;

    public ListenerCommands() => Table =
    [
        new("SUBSCRIBE", -2, "Listens to channels; nothing is published on them") { Answer = call => Change(call, "subscribe"), IsForListeners = true },
        new("PSUBSCRIBE", -2, "Listens to patterns of channels") { Answer = call => Change(call, "psubscribe"), IsForListeners = true },
        new("UNSUBSCRIBE", -1, "Listens no more") { Answer = call => Change(call, "unsubscribe"), IsForListeners = true },
        new("PUNSUBSCRIBE", -1, "Listens no more") { Answer = call => Change(call, "punsubscribe"), IsForListeners = true },
    ];

    public IReadOnlyList<RespCommand> Table { get; }

    private static RespValue Change(RespCall call, string kind)
    {
        char prefix = kind[0] == 'p' ? 'p' : 'c';
        bool on = !kind.Contains("un", StringComparison.Ordinal);
        HashSet<string> channels = call.Client.Channels;
        string[] named = call.Count > 1
            ? [.. Enumerable.Range(1, call.Count - 1).Select(call.Text)]
            : [.. channels.Where(channel => channel[0] == prefix).Select(channel => channel[1..])];
        if (on && channels.Count + named.Length > MaxChannels)
        {
            return RespValue.Error("ERR too many channels");
        }

        if (named.Length == 0)
        {
            return RespValue.Push(RespValue.Bulk(kind), RespValue.Null, RespValue.Integer(channels.Count));
        }

        var replies = new List<RespValue>(named.Length);
        foreach (string name in named)
        {
            if (on)
            {
                channels.Add(prefix + name);
            }
            else
            {
                channels.Remove(prefix + name);
            }

            replies.Add(RespValue.Push(RespValue.Bulk(kind), RespValue.Bulk(name), RespValue.Integer(channels.Count)));
        }

        return RespValue.Several(replies);
    }
}
