using System.Collections.Concurrent;

namespace OrleansChat.Gateway.FrontEnds.Native;

/// <summary>
/// Notices clients that are gone without a word: who said nothing for 20 s is asked, and cut off when nothing comes for another 20 s.
/// One timer for all connections.
/// </summary>
internal sealed class NativeKeepAlive : IDisposable
{
    private const int AskAfter = 4;
    private const int CutAfter = 8;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<NativeSocket, int> _quiet = new();
    private readonly ITimer _timer;

    public NativeKeepAlive(TimeProvider time) => _timer = time.CreateTimer(static state => ((NativeKeepAlive)state!).Look(), this, Every, Every);

    public void Add(NativeSocket socket) => _quiet[socket] = 0;

    public void Remove(NativeSocket socket) => _quiet.TryRemove(socket, out _);

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        foreach ((NativeSocket socket, int looks) in _quiet)
        {
            int quiet = socket.TakeHeard() ? 0 : looks + 1;
            if (quiet != looks)
            {
                _quiet.TryUpdate(socket, quiet, looks);
            }

            if (quiet == AskAfter)
            {
                socket.AskForPong();
            }
            else if (quiet == CutAfter)
            {
                socket.Abort();
            }
        }
    }
}
