using System.IO.Pipelines;
using System.Threading.Channels;
using OrleansChat.Protocols.Resp;

namespace OrleansChat.Gateway.FrontEnds.Resp;

/// <summary>Replies in the order of their requests, some of them still to come. Bounded: whoever adds waits for room.</summary>
internal sealed class RespReplyQueue(PipeWriter output, TimeProvider time)
{
    /// <summary>The most replies that wait.</summary>
    public const int Most = 128;

    private const int FlushBytes = 32 * 1024;

    /// <summary>How long a client may read nothing while replies wait for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<Reply> _waiting = Channel.CreateBounded<Reply>(new BoundedChannelOptions(Most) { SingleReader = true, SingleWriter = true });

    /// <summary>Adds a reply, written in the version of the protocol that was spoken when its request was carried out.</summary>
    public ValueTask AddAsync(Task<RespValue> value, int version, CancellationToken cancellation) =>
        _waiting.Writer.WriteAsync(new Reply(value, version), cancellation);

    /// <summary>Adds a reply.</summary>
    public ValueTask AddAsync(RespValue value, int version, CancellationToken cancellation) =>
        AddAsync(Task.FromResult(value), version, cancellation);

    /// <summary>Nothing more comes.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    /// <summary>Writes until nothing more comes. Whatever is ready goes out together.</summary>
    /// <exception cref="TimeoutException">The client does not read.</exception>
    public async Task WriteAsync()
    {
        while (await _waiting.Reader.WaitToReadAsync())
        {
            while (_waiting.Reader.TryRead(out Reply reply))
            {
                if (!reply.Value.IsCompleted || output.UnflushedBytes >= FlushBytes)
                {
                    await FlushAsync();
                }

                RespWriter.Write(output, await reply.Value, reply.Version);
            }

            await FlushAsync();
        }
    }

    private async Task FlushAsync()
    {
        if (output.UnflushedBytes == 0)
        {
            return;
        }

        ValueTask<FlushResult> flushing = output.FlushAsync();
        FlushResult flushed = flushing.IsCompletedSuccessfully ? flushing.Result : await flushing.AsTask().WaitAsync(Patience, time);
        if (flushed.IsCompleted)
        {
            throw new IOException("The client has closed the connection.");
        }
    }

    private readonly record struct Reply(Task<RespValue> Value, int Version);
}
