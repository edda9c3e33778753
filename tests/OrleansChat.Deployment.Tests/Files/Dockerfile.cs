using System.Text.Json;

namespace OrleansChat.Deployment.Tests.Files;

/// <summary>One instruction of a Dockerfile, its lines joined.</summary>
internal sealed record Instruction(string Name, string Text)
{
    public string[] Words => Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What stands there as a JSON array: a command that no shell reads.</summary>
    public string[] Command => JsonSerializer.Deserialize<string[]>(Text[Text.IndexOf('[', StringComparison.Ordinal)..])!;

    /// <summary>The value of a flag such as <c>--from=</c>; null when it is not given.</summary>
    public string? Flag(string name) => Words.FirstOrDefault(word => word.StartsWith($"--{name}=", StringComparison.Ordinal))?[(name.Length + 3)..];

    /// <summary>The words that are no flags.</summary>
    public string[] Operands => [.. Words.SkipWhile(word => word.StartsWith("--", StringComparison.Ordinal))];
}

/// <summary>A stage: from one FROM to the next.</summary>
internal sealed record Stage(string? Name, string Image, IReadOnlyList<Instruction> Instructions)
{
    public Instruction Only(string name) => Assert.Single(Instructions, instruction => instruction.Name == name);

    /// <summary>What its ENV instructions set.</summary>
    public Dictionary<string, string?> Environment => Instructions.Where(instruction => instruction.Name == "ENV")
        .SelectMany(instruction => instruction.Words)
        .Select(word => word.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => (string?)pair[1]);
}

/// <summary>A Dockerfile, in the part of its language that this project uses.</summary>
internal sealed class Dockerfile
{
    private Dockerfile(IReadOnlyList<Instruction> arguments, IReadOnlyList<Stage> stages) => (Arguments, Stages) = (arguments, stages);

    /// <summary>ARG instructions before the first stage.</summary>
    public IReadOnlyList<Instruction> Arguments { get; }

    public IReadOnlyList<Stage> Stages { get; }

    public Stage Final => Stages[^1];

    public static Dockerfile Parse(string text)
    {
        List<Instruction> before = [];
        List<(string? Name, string Image, List<Instruction> Instructions)> stages = [];
        foreach (Instruction instruction in Instructions(text))
        {
            if (instruction.Name == "FROM")
            {
                string[] words = instruction.Words;
                stages.Add((words.Length == 3 && words[1] == "AS" ? words[2] : null, words[0], []));
            }
            else
            {
                (stages.Count == 0 ? before : stages[^1].Instructions).Add(instruction);
            }
        }

        return new Dockerfile(before, [.. stages.Select(stage => new Stage(stage.Name, stage.Image, stage.Instructions))]);
    }

    private static IEnumerable<Instruction> Instructions(string text)
    {
        IEnumerable<string> lines = text.ReplaceLineEndings("\n").Split('\n').Where(line => !line.TrimStart().StartsWith('#'));
        foreach (string line in string.Join('\n', lines).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Trim().Split(' ', 2);
            yield return new Instruction(parts[0], parts.Length > 1 ? parts[1].Trim() : string.Empty);
        }
    }
}
