from query import Select, join


COLUMNS = ['orders.id'
          ,'orders.placed'
          ,'orders.amount'
          ,'customers.name'
          ,'customers.city']

STATES = ['open'
         ,'packed'
         ,'sent'
         ,'returned']

LIMITS = {'page': 50
         ,'export': 10000
         ,'report': 2500}


def open_orders(session, city, since):
    statement = Select(COLUMNS
                      ,join('orders', 'customers', on='customer')
                      ,where={'city': city, 'state': 'open'}
                      ,order='orders.placed')
    return session.run(statement
                      ,since=since
                      ,limit=LIMITS['page']
                      ,cached=False)


def report(session, cities, since):
    rows = [open_orders(session, city, since)
           ,session.totals(since)
           ,session.returns(since)]
    return dict(rows=rows
               ,cities=cities
               ,since=since)
