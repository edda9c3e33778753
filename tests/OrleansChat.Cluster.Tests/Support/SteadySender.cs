using OrleansChat.Testing;

namespace OrleansChat.Cluster.Tests.Support;

using OrleansChat.Client;

/// <summary>A send and its acknowledgement, in the order of one person's sends to one conversation.</summary>
internal sealed record Sent(string Conversation, string From, string ClientId, SendAck Ack);

/// <summary>Somebody who sends at a steady pace, to one conversation after the other, whatever happens meanwhile.</summary>
internal sealed class SteadySender(Member member, IReadOnlyList<string> conversations, TimeSpan pace)
{
    private readonly List<Task<Sent>> _sends = [];
    private long _acked;
    private long _longestWait;

    public string Name => member.Name;

    /// <summary>How many sends were acknowledged so far.</summary>
    public long Acked => Interlocked.Read(ref _acked);

    /// <summary>The longest time between a send and its acknowledgement.</summary>
    public TimeSpan LongestWait => new(Interlocked.Read(ref _longestWait));

    /// <summary>How many sends are not acknowledged yet.</summary>
    public int Waiting => Read(sends => sends.Count(send => !send.IsCompleted));

    /// <summary>What has been acknowledged so far, in the order of sending.</summary>
    public IReadOnlyList<Sent> AckedSends => Read(sends => sends.Where(send => send.IsCompletedSuccessfully).Select(send => send.Result).ToArray());

    /// <summary>Throws what a refused send was refused with.</summary>
    public void ThrowIfRefused() => Read(sends => sends.FirstOrDefault(send => send.IsFaulted))?.GetAwaiter().GetResult();

    /// <summary>Sends until stopped, then waits for what is not acknowledged yet.</summary>
    public async Task<IReadOnlyList<Sent>> RunAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(pace);
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            Task<Sent> send = SendAsync(conversations[i % conversations.Count], $"{member.Name}.{i}");
            lock (_sends)
            {
                _sends.Add(send);
            }

            try
            {
                await timer.WaitForNextTickAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
        }

        return await Task.WhenAll(_sends).WithinAsync(what: $"the acknowledgement of everything that {member.Name} sent");
    }

    private T Read<T>(Func<List<Task<Sent>>, T> read)
    {
        lock (_sends)
        {
            return read(_sends);
        }
    }

    private async Task<Sent> SendAsync(string conversation, string clientId)
    {
        long began = TimeProvider.System.GetTimestamp();
        SendAck ack = await member.Chat.SendAsync(conversation, $"text of {clientId}", clientId);
        long waited = TimeProvider.System.GetElapsedTime(began).Ticks;
        for (long longest = Interlocked.Read(ref _longestWait); waited > longest; longest = Interlocked.Read(ref _longestWait))
        {
            Interlocked.CompareExchange(ref _longestWait, waited, longest);
        }

        Interlocked.Increment(ref _acked);
        return new Sent(conversation, member.Name, clientId, ack);
    }
}
