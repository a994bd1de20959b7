using ChainHealth.Dashboard.Prediction;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Audit;

/// <summary>What happened here: the audit log, which the database itself refuses to change, and the predictions that
/// people asked for. Apart from the accounts, so that an account's end takes nothing of it along.</summary>
public sealed class RecordsDb(DbContextOptions<RecordsDb> options) : DbContext(options)
{
    public DbSet<AuditEntry> Audit => Set<AuditEntry>();

    public DbSet<PredictionBatch> Predictions => Set<PredictionBatch>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<AuditEntry>(entry =>
        {
            entry.HasKey(e => e.Sequence);
            entry.Property(e => e.Sequence).ValueGeneratedNever();
            entry.Property(e => e.Actor).HasMaxLength(AuditEntry.ActorMax);
            entry.Property(e => e.Subject).HasMaxLength(AuditEntry.SubjectMax);
            entry.Property(e => e.From).HasMaxLength(AuditEntry.FromMax);
            entry.Property(e => e.Act).HasConversion<string>().HasMaxLength(32);
            entry.HasIndex(e => e.Actor);
            entry.HasIndex(e => e.AtUtc);
        });
        modelBuilder.Entity<PredictionBatch>(batch =>
        {
            batch.HasKey(b => b.Id);
            batch.Property(b => b.Id).HasMaxLength(32);
            batch.HasIndex(b => new { b.Owner, b.AtUtc });
        });
    }
}
