using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace ChainHealth.Cli;

/// <summary>chainhealth chain verify: an audit of one validator's files, without a network.</summary>
public static class ChainVerifyCommand
{
    private const string Help =
        """
        Check the files of one validator from the genesis on: checksums, hash chain, every certificate and signature,
        every state root, every model. Nothing is changed. Names the first bad block.

        Example:
          chainhealth chain verify --store DIR/members/validator-1/data --genesis DIR/genesis.bin
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromHours(12);

    public static Command Create(Terminal terminal)
    {
        var store = new Option<string>("--store")
        {
            Description = "Data folder of the validator.", HelpName = "DIR", Required = true,
        };
        var genesis = new Option<string?>("--genesis")
        {
            Description = "By default the genesis.bin of the network folder around the store.", HelpName = "FILE",
        };
        Option<bool> json = SharedOptions.Json();
        var command = new Command("verify", Help) { store, genesis, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            string folder = Path.GetFullPath(parsed.GetValue(store)!);
            string file = parsed.GetValue(genesis) ?? GenesisAround(folder);
            string answer = await ProgramCall.AskAsync(
                ProgramFile.Node, ["audit-store", "--store", folder, "--genesis", file], Limit, cancellation);
            return Show(terminal, JsonDocument.Parse(answer).RootElement, parsed.GetValue(json));
        });
        return command;
    }

    /// <summary>DIR/members/NAME/data belongs to DIR/genesis.bin.</summary>
    private static string GenesisAround(string store)
    {
        string file = Path.GetFullPath(Path.Combine(store, "..", "..", "..", "genesis.bin"));
        return File.Exists(file) ? file : throw new UserError(
            $"there is no genesis.bin around {store}", "give it with --genesis FILE");
    }

    private static int Show(Terminal terminal, JsonElement report, bool json)
    {
        string[] faults = [.. report.GetProperty("faults").EnumerateArray().Select(f => f.GetString()!)];
        ulong blocks = report.GetProperty("blocks").GetUInt64();
        ulong? bad = report.GetProperty("firstBadBlock") is { ValueKind: JsonValueKind.Number } first
            ? first.GetUInt64() : null;
        if (json)
        {
            terminal.Json(report);
            return faults.Length == 0 ? ExitCode.Done : ExitCode.Failed;
        }

        terminal.Line($"chain         {report.GetProperty("chain").GetString()}");
        terminal.Line($"good blocks   {blocks}, {report.GetProperty("transactions").GetUInt64()} transactions");
        terminal.Line($"tip           {report.GetProperty("tip").GetString()}");
        terminal.Line($"state root    {report.GetProperty("stateRoot").GetString()}");
        terminal.Line($"models        {report.GetProperty("models").GetInt32()}");
        foreach (string fault in faults)
        {
            terminal.Console.MarkupLine("[red]WRONG[/] " + Markup.Escape(fault));
        }

        terminal.Line(faults.Length == 0 ? "every block, certificate, signature, state root and model is as it must be"
            : bad is { } height ? $"the first bad block is {height}; {blocks} before it are good"
            : "all blocks are good, other files are not");
        return faults.Length == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
