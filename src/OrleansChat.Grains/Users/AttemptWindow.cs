namespace OrleansChat.Grains.Users;

/// <summary>Counts attempts within a minute. 0 permits any number.</summary>
internal sealed class AttemptWindow(TimeProvider time, int permitted)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private long _since;
    private int _taken;

    public bool TryTake()
    {
        if (_taken == 0 || time.GetElapsedTime(_since) >= Window)
        {
            _since = time.GetTimestamp();
            _taken = 0;
        }

        return ++_taken <= permitted || permitted == 0;
    }

    /// <summary>Forgets the attempts: the last one succeeded.</summary>
    public void Clear() => _taken = 0;
}
