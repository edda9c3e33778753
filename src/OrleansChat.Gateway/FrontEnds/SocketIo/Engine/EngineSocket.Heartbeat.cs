using OrleansChat.Protocols.EngineIo;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Engine;

/// <summary>One Engine.IO session. This part asks the client for signs of life.</summary>
internal sealed partial class EngineSocket
{
    private readonly ITimer _timer;
    private long _due;
    private bool _awaitsPong;

    /// <summary>Ends a session whose client is late, should the timer be late too.</summary>
    public void CheckAlive()
    {
        bool late;
        lock (_gate)
        {
            // When the ping itself is not out yet, its answer has the whole time from when it should have been.
            long deadline = _awaitsPong ? _due : _due + Ticks(_server.Options.PingTimeout);
            late = _server.Time.GetTimestamp() >= deadline;
        }

        if (late)
        {
            Close(EngineCloseReason.PingTimeout);
        }
    }

    private void OnTimer()
    {
        bool late;
        lock (_gate)
        {
            if (_reason is not null)
            {
                return;
            }

            long left = _due - _server.Time.GetTimestamp();
            if (left > 0)
            {
                Schedule(left);
                return;
            }

            late = _awaitsPong;
            if (!late)
            {
                _awaitsPong = true;
                _due += Ticks(_server.Options.PingTimeout);
                Schedule(_due - _server.Time.GetTimestamp());
            }
        }

        if (late)
        {
            Close(EngineCloseReason.PingTimeout);
        }
        else
        {
            Send(new EnginePacket(EnginePacketType.Ping));
        }
    }

    private void OnPong()
    {
        lock (_gate)
        {
            if (_reason is not null || !_awaitsPong)
            {
                return;
            }

            _awaitsPong = false;
            _due = _server.Time.GetTimestamp() + Ticks(_server.Options.PingInterval);
            Schedule(_due - _server.Time.GetTimestamp());
        }

        _handler!.OnAlive();
    }

    private void Schedule(long ticks)
    {
        // Rounded up: a timer that fires early would have to be set again.
        double milliseconds = Math.Ceiling(Math.Max(0, ticks) * 1000.0 / _server.Time.TimestampFrequency);
        _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _server.Time.TimestampFrequency);
}
