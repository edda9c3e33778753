using System.Reflection;
using Orleans.Concurrency;

namespace OrleansChat.Runtime.Calls;

/// <summary>What is known of a grain interface's method once and for all.</summary>
internal sealed class CallMethod
{
    public CallMethod(MethodInfo method)
    {
        Name = $"{method.DeclaringType!.Name}.{method.Name}";
        IsOneWay = method.IsDefined(typeof(OneWayAttribute), inherit: true);
        IsAlwaysInterleave = method.IsDefined(typeof(AlwaysInterleaveAttribute), inherit: true);
        IsReadOnly = method.IsDefined(typeof(ReadOnlyAttribute), inherit: true);
    }

    private CallMethod(string name, bool interleaves)
    {
        Name = name;
        IsOneWay = true;
        IsAlwaysInterleave = interleaves;
    }

    public static CallMethod TimerTick { get; } = new("timer", interleaves: false);

    public static CallMethod InterleavingTimerTick { get; } = new("timer", interleaves: true);

    public string Name { get; }

    public bool IsOneWay { get; }

    public bool IsAlwaysInterleave { get; }

    public bool IsReadOnly { get; }
}
