using OrleansChat.Runtime.Activations;

namespace OrleansChat.Runtime.Calls;

/// <summary>Says which silo the calls of a reference go to: a silo's own references stay in it, a client's go to a living one.</summary>
internal interface ICallRouter
{
    Silo Silo { get; }
}
