namespace OrleansChat.Grains.Conversations;

/// <summary>Lets one typing event through for each person in three seconds.</summary>
internal sealed class TypingThrottle(TimeProvider time)
{
    private const int SweepAt = 256;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, long> _announced = [];

    public bool MayAnnounce(string user)
    {
        if (_announced.TryGetValue(user, out long at) && time.GetElapsedTime(at) < Interval)
        {
            return false;
        }

        if (_announced.Count >= SweepAt)
        {
            foreach (string old in _announced.Where(entry => time.GetElapsedTime(entry.Value) >= Interval).Select(entry => entry.Key).ToArray())
            {
                _announced.Remove(old);
            }
        }

        _announced[user] = time.GetTimestamp();
        return true;
    }
}
