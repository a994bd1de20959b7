using System.Collections.Immutable;
using System.CommandLine;
using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Spectre.Console;

namespace ChainHealth.Cli;

/// <summary>chainhealth chain status | blocks | block | tx | model | prove: what anyone may see, verified on arrival.
/// </summary>
public static class ChainCommand
{
    private const int BlocksMax = 256;

    public static Command Create(Terminal terminal) => new("chain", "Look at the chain. Every block is verified first.")
    {
        Status(terminal), Blocks(terminal), Block(terminal), Transaction(terminal), ChainModelCommand.Create(terminal),
        ChainProveCommand.Create(terminal), ChainVerifyCommand.Create(terminal),
    };

    /// <summary>A command below "chain" that needs the connection.</summary>
    internal static Command With(
        string name, string help, IEnumerable<Symbol> symbols,
        Func<ParseResult, ChainDoor, bool, CancellationToken, Task> action)
    {
        Option<string> network = SharedOptions.Network(), member = SharedOptions.Member();
        Option<bool> json = SharedOptions.Json();
        var command = new Command(name, help) { network, member, json };
        foreach (Symbol symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else if (symbol is Option option)
            {
                command.Add(option);
            }
        }

        command.SetAction(async (parsed, cancellation) =>
        {
            await using ChainDoor door = ChainDoor.Open(parsed.GetValue(network)!, parsed.GetValue(member)!);
            await action(parsed, door, parsed.GetValue(json), cancellation);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Status(Terminal terminal) => With(
        "status", "Height, state root, and each validator's word about itself.\n\nExample:\n"
        + "  chainhealth chain status --network DIR --json", [],
        async (_, door, json, cancellation) =>
        {
            ChainSnapshot now = await door.HearValidatorsAsync(cancellation);
            if (json)
            {
                terminal.Json(StatusJson(now));
            }
            else
            {
                ShowStatus(terminal, now);
            }
        });

    private static Command Blocks(Terminal terminal)
    {
        var from = new Option<ulong?>("--from")
        {
            Description = "First height; by default the newest blocks.", HelpName = "N",
        };
        Option<int> count = SharedOptions.Number("--count", $"At most {BlocksMax}.", 20);
        return With(
            "blocks", "Blocks, oldest first.\n\nExample:\n  chainhealth chain blocks --network DIR --from 1 --count 50",
            [from, count],
            async (parsed, door, json, cancellation) =>
            {
                IChainClient chain = door.Chain;
                int wanted = SharedOptions.Range(parsed, count, 1, BlocksMax);
                ulong tip = (await door.NowAsync(cancellation)).State.Height.Value;
                ulong newest = tip >= (ulong)wanted ? tip - (ulong)wanted + 1 : 1;
                ImmutableArray<CertifiedBlock> blocks = tip == 0 ? [] : await chain.GetBlocksAsync(
                    new Height(parsed.GetValue(from) ?? newest), wanted, cancellation);
                ShowBlocks(terminal, blocks, json);
            });
    }

    private static Command Block(Terminal terminal)
    {
        var height = new Argument<ulong>("HEIGHT") { Description = "From 1." };
        return With(
            "block", "One block with its transactions and its certificate.\n\nExample:\n"
            + "  chainhealth chain block 7 --network DIR", [height],
            async (parsed, door, json, cancellation) =>
            {
                IChainClient chain = door.Chain;
                var at = new Height(parsed.GetValue(height));
                LedgerState state = (await door.NowAsync(cancellation)).State;
                if (at.Value == 0 || at > state.Height)
                {
                    throw new UserError($"there is no block {at}", $"give a height from 1 to {state.Height}");
                }

                CertifiedBlock block =
                    (await chain.GetBlocksAsync(at, 1, cancellation)).Single();
                BlockView.Show(terminal, chain.Genesis, block, json);
            });
    }

    private static Command Transaction(Terminal terminal)
    {
        var id = new Argument<string>("ID") { Description = "64 hexadecimal digits." };
        return With(
            "tx", "Where a transaction stands.\n\nExample:\n  chainhealth chain tx ID --network DIR", [id],
            async (parsed, door, json, cancellation) =>
            {
                IChainClient chain = door.Chain;
                Digest wanted = TransactionWords.RequireId(parsed.GetValue(id)!);
                LocatedTransaction found = await chain.FindTransactionAsync(wanted, cancellation)
                    ?? throw UserError.Failure(
                        $"no block holds transaction {wanted.Short}",
                        "look at the blocks: chainhealth chain blocks --network DIR");
                BlockView.Show(terminal, chain.Genesis, found, json);
            });
    }

    private static object StatusJson(ChainSnapshot now) => new
    {
        Chain = now.State.Chain.ToString(),
        Height = now.State.Height.Value,
        Block = now.State.Tip.ToString(),
        StateRoot = now.Recent.IsEmpty ? null : now.Recent[0].Block.Header.StateRoot.ToString(),
        Time = now.State.Time.ToString(),
        Transactions = now.State.TransactionCount,
        Runs = now.State.Runs.Count,
        Validators = now.Nodes.Select(n => new
        {
            Name = RunReporter.NameOf(now.State, n.Validator),
            n.Reachable,
            Height = n.Height.Value,
            View = n.View.Value,
            Primary = n.Primary.Value,
            n.PeersConnected,
            n.ConsensusBytesSent,
            n.SmpcBytesSent,
            n.MemoryBytes,
            n.Stall,
            n.Version,
        }),
    };

    private static void ShowStatus(Terminal terminal, ChainSnapshot now)
    {
        terminal.Line($"chain        {now.State.Chain}");
        terminal.Line($"height       {now.State.Height} at {now.State.Time}");
        terminal.Line($"state root   {(now.Recent.IsEmpty ? "genesis" : now.Recent[0].Block.Header.StateRoot)}");
        terminal.Line($"transactions {now.State.TransactionCount}, runs {now.State.Runs.Count}");
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns("Validator", "Reachable", "Height", "View", "Peers", "Consensus", "SMPC", "Memory", "Stall");
        foreach (NodeStatus n in now.Nodes)
        {
            table.AddRow(
                Markup.Escape(RunReporter.NameOf(now.State, n.Validator)), n.Reachable ? "[green]yes[/]" : "[red]no[/]",
                $"{n.Height}", $"{n.View}", $"{n.PeersConnected}", Figures.Bytes(n.ConsensusBytesSent),
                Figures.Bytes(n.SmpcBytesSent), Figures.Bytes(n.MemoryBytes), Markup.Escape(n.Stall));
        }

        terminal.Console.Write(table);
    }

    private static void ShowBlocks(Terminal terminal, ImmutableArray<CertifiedBlock> blocks, bool json)
    {
        if (json)
        {
            terminal.Json(blocks.Select(BlockView.Summary));
            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns("Height", "Time", "Block", "State root", "Signers", "Transactions");
        foreach (CertifiedBlock b in blocks)
        {
            string kinds = string.Join(", ", b.Block.Transactions
                .GroupBy(t => TransactionWords.KindOf(t.Transaction.Body)).Select(g => $"{g.Count()} {g.Key}"));
            BlockHeader h = b.Block.Header;
            table.AddRow(
                $"{h.Height}", $"{h.Time}", h.Hash().Short, h.StateRoot.Short, $"{b.Certificate.Signatures.Length}",
                kinds);
        }

        terminal.Console.Write(table);
    }
}
