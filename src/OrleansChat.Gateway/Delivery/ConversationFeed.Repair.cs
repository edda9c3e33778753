using OrleansChat.Conversations;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Telemetry;

namespace OrleansChat.Gateway.Delivery;

/// <summary>One conversation on this node. This part reads gaps from the log.</summary>
internal sealed partial class ConversationFeed
{
    private const int RepairPage = 200;

    /// <summary>How long a gap may stay open: announcements that overtook each other close it by themselves meanwhile.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    // Called under the lock.
    private void RequestRepair()
    {
        if (!_repairing && !_stopped)
        {
            _repairing = true;
            _ = RepairAsync();
        }
    }

    private async Task RepairAsync()
    {
        TimeSpan pause = Patience;
        long began = _time.GetTimestamp();
        while (true)
        {
            await Task.Delay(pause, _time);
            KnownEntry known;
            long stashed;
            lock (_gate)
            {
                if (_stopped || (_ahead.Count == 0 && !_suspect))
                {
                    _repairing = false;
                    ChatMetrics.CaughtUp(_time.GetElapsedTime(began));
                    return;
                }

                known = new KnownEntry(_epoch, _last, _lastAt);
                stashed = _ahead.Count == 0 ? 0 : _ahead.Keys.Last();
                _suspect = false;
            }

            Result<LogRange> read = await ReadAsync(known);
            lock (_gate)
            {
                if (!read.IsOk)
                {
                    _suspect = true;
                    pause = Longer(pause);
                    continue;
                }

                long before = _last;
                Take(read.Value, known, stashed);
                _suspect |= _last < read.Value.Last;

                // More to read comes at once; a log that does not give what it says it has must not be asked in a tight loop.
                pause = _last >= read.Value.Last ? Patience : _last > before ? TimeSpan.Zero : Longer(pause);
            }
        }
    }

    private static TimeSpan Longer(TimeSpan pause) =>
        pause < Patience ? Patience : pause * 2 < LongestPause ? pause * 2 : LongestPause;

    private async Task<Result<LogRange>> ReadAsync(KnownEntry known)
    {
        await _repairs.WaitAsync();
        try
        {
            return await _log.ReadAsync(Id, null, known.Seq, RepairPage, known);
        }
#pragma warning disable CA1031 // A feed that stopped repairing would leave holes for ever; the fault is logged and the read tried again.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogRepairFailed(failure, Id.Value);
            return ChatError.Internal;
        }
        finally
        {
            _repairs.Release();
        }
    }

    private void Take(LogRange range, KnownEntry known, long stashed)
    {
        if (_epoch.Length > 0 && range.Epoch != known.Epoch && known.Epoch == _epoch)
        {
            Restart(range);
            return;
        }

        if (range.First > _last + 1)
        {
            // Retention went past this feed: sessions that have not got these entries must hear of it.
            Restart(range);
            return;
        }

        _doubted = false;
        if (range.Entries.Count > 0)
        {
            Repairs++;
            ChatMetrics.GapRepaired();
        }

        foreach (LogEntry entry in range.Entries)
        {
            OfferLocked(range.Epoch, entry.Seq, entry.Message);
        }

        if (range.Last <= _last)
        {
            // What was announced before the read, and is not in the log, does not exist.
            foreach (long lie in _ahead.Keys.TakeWhile(seq => seq <= stashed).ToArray())
            {
                _ahead.Remove(lie);
            }
        }
    }

    /// <summary>The log is another one than before: positions in it mean nothing any more, so sessions come back and are told what they can recover.</summary>
    private void Restart(LogRange range)
    {
        LogRestarted(Id.Value, _epoch, _last, range.Epoch, range.Last);
        _epoch = range.Epoch;
        _last = range.Last;
        _lastAt = 0;
        _doubted = false;
        _ahead.Clear();
        Moved?.Invoke(this);
        foreach (Subscription subscription in _subscriptions)
        {
            // One that has found its place in this life of the log already may go on.
            bool placed = subscription.Epoch.Length > 0;
            if (placed && (subscription.Epoch != range.Epoch || subscription.Cursor < range.First - 1))
            {
                subscription.Session.Close(CloseReason.Stale);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Reading {Conversation} failed; it will be read again")]
    private partial void LogRepairFailed(Exception failure, string conversation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Conversation} went from {Epoch}/{Last} to {NewEpoch}/{NewLast}: its sessions start anew")]
    private partial void LogRestarted(string conversation, string epoch, long last, string newEpoch, long newLast);
}
