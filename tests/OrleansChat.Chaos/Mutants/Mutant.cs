using Microsoft.Extensions.DependencyInjection;
using OrleansChat.Chaos.Checking;

namespace OrleansChat.Chaos.Mutants;

/// <summary>A bug that is planted by changing the text of Redis scripts on their way there, or by replacing a part of the node.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="What">The bug, in words.</param>
/// <param name="Faults">What has to be done to the cluster for the bug to show.</param>
/// <param name="Expected">One of these must be found; none, where the system has to stand it.</param>
/// <param name="Edits">Texts of scripts and what is put in their places.</param>
internal sealed record Mutant(string Name, string What, IReadOnlyList<string> Faults, IReadOnlyList<ViolationKind> Expected, IReadOnlyList<(string Find, string Put)> Edits)
{
    /// <summary>What replaces a part of the node; null where scripts are changed.</summary>
    public Action<IServiceCollection>? Replace { get; init; }

    /// <summary>Whether it harms nothing, because what it breaks may break.</summary>
    public bool IsControl => Expected.Count == 0;

    /// <summary>The texts to be replaced that are not in exactly one of the scripts, or not once: then the bug would not be what it says.</summary>
    public IReadOnlyList<string> Misplaced(IReadOnlyList<string> scripts) =>
        [.. Edits.Select(edit => edit.Find).Where(find => scripts.Sum(script => script.Split(find).Length - 1) != 1)];

    /// <summary>The script with the bug, or as it was.</summary>
    public string Apply(string script) => Edits.Aggregate(script, (text, edit) => text.Replace(edit.Find, edit.Put, StringComparison.Ordinal));
}
