using OrleansChat.Cluster.Tests.Support;

namespace OrleansChat.Cluster.Tests.Rights;

using OrleansChat.Client;

/// <summary>Sends on one session, several messages at a time, until it is refused.</summary>
internal sealed class Racer(Session session, string conversation, string name)
{
    private const int AtOnce = 4;

    private readonly Lock _gate = new();
    private readonly List<Sent> _sent = [];
    private readonly List<string> _refusals = [];
    private int _next;

    public Session Session { get; } = session;

    public int Acked => Read(() => _sent.Count);

    public IReadOnlyList<Sent> Sent => Read(() => _sent.ToArray());

    /// <summary>Sends until each line of sends was refused. Returns the names of the refusals.</summary>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => OneByOneAsync()));
        return Read(() => _refusals.ToArray());
    }

    private async Task OneByOneAsync()
    {
        while (true)
        {
            string clientId = $"{name}.{Interlocked.Increment(ref _next)}";
            try
            {
                SendAck ack = await Session.SendAsync(conversation, clientId, $"text of {clientId}");
                lock (_gate)
                {
                    _sent.Add(new Sent(conversation, Session.Name, clientId, ack));
                }
            }
            catch (ChatException refused)
            {
                lock (_gate)
                {
                    _refusals.Add(refused.Name);
                }

                return;
            }
        }
    }

    private T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
