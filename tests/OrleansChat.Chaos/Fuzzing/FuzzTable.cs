using OrleansChat.Chaos.Fuzzing.Targets;

namespace OrleansChat.Chaos.Fuzzing;

/// <summary>Every parser of what strangers send, and of what nodes tell each other.</summary>
internal static class FuzzTable
{
    public static readonly IReadOnlyList<FuzzTarget> All =
    [
        NativeTarget.Create(), RestTarget.Create(), SignalRTarget.Create(), SocketIoTarget.Create(), EngineIoTarget.Create(), RespTarget.Create(), LineTarget.Create(),
        AnnouncementTarget.Create(), TextTarget.Create(),
    ];
}
