"""Celery settings known to survive broker restarts and killed workers; beat_schedule is the table of what runs when."""

from __future__ import annotations

from django.conf import settings

broker_url = settings.REDIS_URL
broker_transport_options = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_keepalive": True,
    "health_check_interval": 30,
    "global_keyprefix": "q:",
}
broker_connection_retry_on_startup = True
worker_cancel_long_running_tasks_on_connection_loss = True
task_acks_late = True
task_reject_on_worker_lost = True
worker_prefetch_multiplier = 1
task_ignore_result = True
task_time_limit = 120
task_soft_time_limit = 90
timezone = "UTC"
enable_utc = True

# A tick that waits longer than its period is dropped (`expires`): the next one does the same work.
beat_schedule = {
    "sweep": {"task": "reservations.tasks.sweep", "schedule": 2.0, "options": {"expires": 10}},
    "call": {"task": "reservations.tasks.call_automatically", "schedule": 1.0, "options": {"expires": 5}},
    "slots": {"task": "reservations.tasks.generate_slots", "schedule": 600.0, "options": {"expires": 600}},
    "late": {"task": "reservations.tasks.place_late_requests", "schedule": 180.0, "options": {"expires": 180}},
    "rounds": {"task": "reservations.tasks.advance_rounds", "schedule": 5.0, "options": {"expires": 10}},
    "declarations": {
        "task": "reservations.tasks.sweep_declarations",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "calendar": {"task": "reservations.tasks.announce_rounds", "schedule": 60.0, "options": {"expires": 60}},
    "sandboxes": {"task": "reservations.tasks.run_sandboxes", "schedule": 5.0, "options": {"expires": 10}},
    "sandboxes_ahead": {
        "task": "reservations.tasks.run_sandboxes_ahead",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "layouts": {"task": "yards.tasks.put_layouts_in_force", "schedule": 2.0, "options": {"expires": 10}},
    "beside": {"task": "reservations.tasks.look_beside_the_books", "schedule": 60.0, "options": {"expires": 60}},
    "gate_reads": {"task": "reservations.tasks.forget_gate_reads", "schedule": 3600.0, "options": {"expires": 3600}},
    "relay": {"task": "notifications.tasks.relay", "schedule": 1.0, "options": {"expires": 5}},
    "deliver": {"task": "notifications.tasks.deliver", "schedule": 1.0, "options": {"expires": 5}},
    "webhooks_relay": {"task": "notifications.webhooks.tasks.relay", "schedule": 1.0, "options": {"expires": 5}},
    "webhooks": {"task": "notifications.webhooks.tasks.deliver", "schedule": 1.0, "options": {"expires": 5}},
    "webhooks_tidy": {"task": "notifications.webhooks.tasks.tidy", "schedule": 3600.0, "options": {"expires": 3600}},
    "tidy": {"task": "core.tasks.tidy", "schedule": 3600.0, "options": {"expires": 3600}},
}
