using System.Reflection;
using Orleans;

namespace OrleansChat.Architecture.Tests;

public sealed class GrainContractTests
{
    private static readonly Assembly Abstractions = typeof(ChatError).Assembly;

    [Fact]
    public void Every_grain_interface_and_method_has_an_alias() =>
        Assert.Empty(GrainContracts.Faults([.. GrainContracts.Interfaces(Abstractions)]));

    [Fact]
    public void Everything_that_crosses_a_grain_call_is_sealed_immutable_and_numbered() =>
        Assert.Empty(GrainContracts.Crossing(GrainContracts.Interfaces(Abstractions)).SelectMany(GrainContracts.Faults));

    [Fact]
    public void No_alias_is_given_twice()
    {
        IEnumerable<string> aliases = Abstractions.GetTypes()
            .Select(type => type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias)
            .OfType<string>();

        Assert.Distinct(aliases);
    }

    [Fact]
    public void The_search_finds_interfaces_and_what_crosses_them()
    {
        IReadOnlySet<Type> crossing = GrainContracts.Crossing(GrainContracts.Interfaces(Abstractions));

        Assert.Contains(typeof(ChatError), crossing);
        Assert.Contains(typeof(Result<>), crossing);
        Assert.True(crossing.Count > 10);
    }

    [Fact]
    public void The_search_reaches_into_lists_and_descendants() =>
        Assert.Equal(
            [typeof(Base), typeof(Descendant), typeof(Heir), typeof(Unmarked)],
            GrainContracts.Crossing([typeof(IBadGrain)]).OrderBy(type => type.Name, StringComparer.Ordinal));

    [Fact]
    public void Each_fault_is_told() =>
        Assert.Equal(
            [
                $"{typeof(Unmarked)} is neither sealed nor abstract",
                $"{typeof(Unmarked)} has no [GenerateSerializer]",
                $"{typeof(Unmarked)} has no [Immutable]",
                $"{typeof(Unmarked)} has no [Alias]",
                $"{typeof(Unmarked)}.First can be changed",
                $"{typeof(Unmarked)}.Third has no [Id]",
                $"{typeof(Unmarked)} uses [Id(0)] twice",
            ],
            GrainContracts.Faults(typeof(Unmarked)));

    internal interface IBadGrain : IGrainWithStringKey
    {
        Task<IReadOnlyList<Base>> Get();
    }

    internal abstract record Base;

    internal sealed record Descendant(Unmarked[] Inner) : Base;

    internal sealed record Heir : Unmarked;

    // Neither sealed, on purpose, nor marked.
    internal record Unmarked
    {
        [Id(0)]
        public int First { get; set; }

        [Id(0)]
        public int Second { get; init; }

        public int Third { get; }

        public int Computed => First;
    }
}
