using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Spectre.Console;

namespace ChainHealth.Cli;

/// <summary>A block or a transaction for people and as JSON.</summary>
public static class BlockView
{
    public static object Summary(CertifiedBlock block)
    {
        BlockHeader h = block.Block.Header;
        return new
        {
            Height = h.Height.Value,
            Hash = h.Hash().ToString(),
            Parent = h.Parent.ToString(),
            Time = h.Time.ToString(),
            StateRoot = h.StateRoot.ToString(),
            TransactionRoot = h.TransactionRoot.ToString(),
            Proposer = h.Proposer.Value,
            View = block.Certificate.View.Value,
            Signatures = block.Certificate.Signatures.Length,
            Transactions = block.Block.Transactions.Select(TransactionWords.Json),
        };
    }

    public static void Show(Terminal terminal, Genesis genesis, CertifiedBlock block, bool json)
    {
        if (json)
        {
            terminal.Json(Summary(block));
            return;
        }

        BlockHeader h = block.Block.Header;
        terminal.Line($"block        {h.Height}  {h.Hash()}");
        terminal.Line($"parent       {h.Parent}");
        terminal.Line($"time         {h.Time}");
        terminal.Line($"state root   {h.StateRoot}");
        terminal.Line($"proposer     {ValidatorName(genesis, h.Proposer.Value)}");
        terminal.Line($"certificate  view {block.Certificate.View}, signed by {Signers(genesis, block.Certificate)}");
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns("Transaction", "Sender", "Nonce", "Kind", "What");
        foreach (SignedTransaction signed in block.Block.Transactions)
        {
            Transaction t = signed.Transaction;
            table.AddRow(
                $"{t.Id()}", Markup.Escape(MemberName(genesis, t.Sender)), $"{t.Nonce}",
                TransactionWords.KindOf(t.Body), Markup.Escape(TransactionWords.Of(t.Body)));
        }

        terminal.Console.Write(table);
    }

    public static void Show(Terminal terminal, Genesis genesis, LocatedTransaction found, bool json)
    {
        BlockHeader h = found.Block.Block.Header;
        Transaction t = found.Transaction.Transaction;
        if (json)
        {
            terminal.Json(new
            {
                Height = h.Height.Value,
                Block = h.Hash().ToString(),
                found.Index,
                Transaction = TransactionWords.Json(found.Transaction),
            });
            return;
        }

        terminal.Line($"transaction  {t.Id()}");
        terminal.Line($"sender       {MemberName(genesis, t.Sender)}, nonce {t.Nonce}");
        terminal.Line($"what         {TransactionWords.KindOf(t.Body)}: {TransactionWords.Of(t.Body)}");
        terminal.Line($"stands in    block {h.Height}, place {found.Index}, at {h.Time}");
        terminal.Line($"signed by    {Signers(genesis, found.Block.Certificate)}");
    }

    private static string MemberName(Genesis genesis, MemberId id) =>
        genesis.Members.FirstOrDefault(m => m.Id == id)?.Name ?? id.ToString();

    private static string ValidatorName(Genesis genesis, int replica)
    {
        var validators = genesis.Validators();
        return replica < validators.Length ? validators[replica].Name : $"r{replica}";
    }

    private static string Signers(Genesis genesis, QuorumCertificate certificate) => string.Join(
        ", ", Enumerable.Range(0, genesis.Validators().Length)
            .Where(i => certificate.Signed(new ReplicaId((byte)i))).Select(i => ValidatorName(genesis, i)));
}
