using OrleansChat.Protocols.EngineIo;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Engine;

/// <summary>One Engine.IO session. This part serves long-polling requests: at most one of each direction at a time.</summary>
internal sealed partial class EngineSocket
{
    // While a client upgrades it must not be kept waiting, but the last step may be on its way.
    private static readonly TimeSpan UpgradingPoll = TimeSpan.FromMilliseconds(100);

    // How long a poll that was on its way when the client said goodbye still finds an answer.
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(1);

    private bool _polling;
    private bool _posting;
    private bool _farewell;

    /// <summary>Waits for packets to answer a poll with. Null when the request is refused.</summary>
    public async Task<List<EnginePacket>?> PollAsync(CancellationToken aborted)
    {
        CheckAlive();
        bool twice = false;
        bool upgrading;
        lock (_gate)
        {
            if (_farewell)
            {
                _farewell = false;
                return [new EnginePacket(EnginePacketType.Noop)];
            }

            if (_reason is not null || _transport != EngineTransport.Polling)
            {
                return null;
            }

            twice = _polling;
            _polling = true;
            upgrading = _probed;
        }

        if (twice)
        {
            Close(EngineCloseReason.ProtocolError);
            return null;
        }

        var packets = new List<EnginePacket>();
        try
        {
            return await (upgrading ? PollWhileUpgradingAsync(packets) : PollUntilSomethingAsync(packets, aborted));
        }
        finally
        {
            lock (_gate)
            {
                _polling = false;
            }
        }
    }

    /// <summary>Takes the place of the one request that may send at a time. False when the request is refused.</summary>
    public bool TryBeginPost()
    {
        bool twice;
        lock (_gate)
        {
            if (_reason is not null || _transport != EngineTransport.Polling)
            {
                return false;
            }

            twice = _posting;
            _posting = true;
        }

        if (twice)
        {
            Close(EngineCloseReason.ProtocolError);
        }

        return !twice;
    }

    /// <summary>All packets of a request were received.</summary>
    public void ReceivedTogether() => _handler!.OnTogether();

    public void EndPost()
    {
        lock (_gate)
        {
            _posting = false;
        }
    }

    private async Task ForgetLaterAsync()
    {
        await Task.Delay(FarewellTime, _server.Time);
        _server.Forget(this);
    }

    private async Task<List<EnginePacket>?> PollUntilSomethingAsync(List<EnginePacket> packets, CancellationToken aborted)
    {
        // A client that gives up its poll does not know what it missed: the session is over.
        await using CancellationTokenRegistration gone = aborted.UnsafeRegister(
            static state => ((EngineSocket)state!).Close(EngineCloseReason.Broken), this);
        if (await TakeAsync(EngineTransport.Polling, packets))
        {
            return packets;
        }

        return Reason switch
        {
            EngineCloseReason.ByClient => [new EnginePacket(EnginePacketType.Noop)],
            null => [new EnginePacket(EnginePacketType.Noop)],
            _ => [new EnginePacket(EnginePacketType.Close)],
        };
    }

    private async Task<List<EnginePacket>?> PollWhileUpgradingAsync(List<EnginePacket> packets)
    {
        Task<bool> taking = TakeAsync(EngineTransport.Polling, packets).AsTask();
        if (await Task.WhenAny(taking, Task.Delay(UpgradingPoll, _server.Time)) != taking)
        {
            Send(new EnginePacket(EnginePacketType.Noop));
        }

        return await taking ? packets : null;
    }
}
